//! A browser without a screen or scripts: it keeps the console's cookie, and sends forms as they
//! stand on the page that it shows.

use std::sync::Mutex;

use grantd::app::sessions::{self, Browser as Named};
use grantd::domain::access::Origin;
use grantd::domain::user::User;
use reqwest::header::{COOKIE, HeaderMap, LOCATION, SET_COOKIE};
use reqwest::{RequestBuilder, StatusCode};

use super::server::TestServer;

/// A browser at this server's console.
pub(crate) struct Browser<'a> {
    server: &'a TestServer,
    cookie: Mutex<Option<String>>,
}

/// A page that it was shown.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) html: String,
}

impl TestServer {
    /// A browser in which nobody has signed in.
    pub(crate) fn browser(&self) -> Browser<'_> {
        Browser {
            server: self,
            cookie: Mutex::new(None),
        }
    }

    /// A browser in which this person has signed in, without a password: hashing one takes long.
    pub(crate) async fn browser_of(&self, user: &User) -> Browser<'_> {
        let named = Named {
            origin: Origin::default(),
            user_agent: "Test".to_owned(),
        };
        let begun = sessions::begin(&self.app, user, &named).await;
        let cookie = begun.expect("a session").cookie;
        let browser = self.browser();
        browser.set_cookie(Some(format!("grantd_session={}", cookie.expose())));
        browser
    }
}

impl Browser<'_> {
    /// The cookie, as the header `Cookie` has it.
    pub(crate) fn cookie(&self) -> Option<String> {
        self.cookie.lock().expect("not poisoned").clone()
    }

    /// Puts another cookie in its place.
    pub(crate) fn set_cookie(&self, cookie: Option<String>) {
        *self.cookie.lock().expect("not poisoned") = cookie;
    }

    /// Opens a page. It follows nowhere.
    pub(crate) async fn get(&self, path: &str) -> Shown {
        self.send(self.server.bare("GET", path)).await
    }

    /// Opens a page that is there.
    pub(crate) async fn open(&self, path: &str) -> Shown {
        let shown = self.get(path).await;
        assert_eq!(shown.status, StatusCode::OK, "{path}: {}", shown.html);
        shown
    }

    /// Sends a form with exactly these fields.
    pub(crate) async fn post_as_it_is(&self, path: &str, fields: &[(&str, &str)]) -> Shown {
        self.send(self.server.bare("POST", path).form(fields)).await
    }

    /// Opens `page` and sends these fields to `path` together with the hidden ones that stand on it.
    pub(crate) async fn submit(&self, page: &str, path: &str, fields: &[(&str, &str)]) -> Shown {
        let shown = self.open(page).await;
        self.submit_from(&shown, path, fields).await
    }

    /// The same for a page that was shown already.
    pub(crate) async fn submit_from(
        &self,
        page: &Shown,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Shown {
        let hidden: Vec<_> = ["csrf_token", "form_id"]
            .into_iter()
            .filter_map(|name| Some((name, page.hidden(name)?)))
            .collect();
        let hidden = hidden.iter().map(|(name, value)| (*name, value.as_str()));
        let all: Vec<_> = hidden.chain(fields.iter().copied()).collect();
        self.post_as_it_is(path, &all).await
    }

    /// Signs in by the form.
    pub(crate) async fn sign_in(&self, email: &str, password: &str) -> Shown {
        let fields = [("email", email), ("password", password)];
        self.submit("/console/sign-in", "/console/sign-in", &fields)
            .await
    }

    async fn send(&self, request: RequestBuilder) -> Shown {
        let request = match self.cookie() {
            Some(cookie) => request.header(COOKIE, cookie),
            None => request,
        };
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status(), response.headers().clone());
        if let Some(given) = headers.get(SET_COOKIE) {
            let given = given.to_str().expect("a cookie");
            let pair = given.split(';').next().unwrap_or_default();
            let kept = !pair.ends_with('=');
            self.set_cookie(kept.then(|| pair.to_owned()));
        }
        let html = response.text().await.expect("text");
        Shown {
            status,
            headers,
            html,
        }
    }
}

impl Shown {
    /// The value of the first hidden field of this name.
    pub(crate) fn hidden(&self, name: &str) -> Option<String> {
        let (_, rest) = self.html.split_once(&format!("name=\"{name}\" value=\""))?;
        let (value, _) = rest.split_once('"')?;
        Some(value.to_owned())
    }

    /// Where it leads.
    pub(crate) fn leads_to(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.html);
        let to = self.headers.get(LOCATION).expect("it leads somewhere");
        to.to_str().expect("an address")
    }
}
