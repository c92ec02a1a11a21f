//! Lines to paste that work as they stand, for credentials that were just made.

use crate::domain::credential::CredentialKind;
use crate::domain::issuer::Issuer;

/// A few lines of one kind.
pub(super) struct Lines {
    pub id: &'static str,
    pub title: &'static str,
    pub code: String,
    /// Whether the secret stands in them.
    pub secret: bool,
}

/// Ids and secrets hold only characters that no shell and no language reads as anything else, and an
/// issuer is a plain URL.
pub(super) fn lines(issuer: &Issuer, kind: CredentialKind, id: &str, secret: &str) -> Vec<Lines> {
    let token = issuer.join("/oauth/token");
    let whoami = issuer.join("/v1/whoami");
    let url = issuer.as_str();
    let mut lines = Vec::new();
    let mut add = |id, title, secret, code| {
        lines.push(Lines {
            id,
            title,
            code,
            secret,
        });
    };
    match kind {
        CredentialKind::OauthClient => {
            add(
                "use-token",
                "A token, with curl",
                true,
                format!("curl -u {id}:{secret} \\\n  -d grant_type=client_credentials {token}"),
            );
            add(
                "use-call",
                "A call with a token, with curl",
                true,
                format!(
                    "TOKEN=\"$(curl -s -u {id}:{secret} \\\n  -d grant_type=client_credentials {token} \\\n  \
                     | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')\"\n\
                     curl -H \"Authorization: Bearer $TOKEN\" {whoami}"
                ),
            );
            add(
                "use-python",
                "Python, with kognic-auth and the file",
                false,
                format!(
                    "from kognic.auth.requests.base_client import create_session\n\n\
                     session = create_session(auth=\"credentials.json\", auth_host=\"{url}\")\n\
                     print(session.get(\"{whoami}\").json())"
                ),
            );
        }
        CredentialKind::ApiKey => {
            add(
                "use-call",
                "A call with the key, with curl",
                true,
                format!("curl -H \"X-API-Key: {id}:{secret}\" {whoami}"),
            );
            add(
                "use-python",
                "Python",
                true,
                format!(
                    "import urllib.request\n\n\
                     request = urllib.request.Request(\n    \"{whoami}\",\n    \
                     headers={{\"X-API-Key\": \"{id}:{secret}\"}},\n)\n\
                     print(urllib.request.urlopen(request).read().decode())"
                ),
            );
        }
    }
    add(
        "use-environment",
        "Environment variables",
        true,
        format!("export GRANTD_CLIENT_ID={id}\nexport GRANTD_CLIENT_SECRET={secret}"),
    );
    add(
        "use-grantd",
        "A call with grantd and the file",
        false,
        format!("grantd call --credentials credentials.json {whoami}"),
    );
    lines
}
