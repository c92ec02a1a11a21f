//! Lists: `?limit=&cursor=`, answered with `{"data": […], "next_cursor": …}`.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::answer::{Answer, send};
use crate::support::server::{TestClient, TestServer};

const AGENTS: &str = "/v1/organizations/acme/agents";

async fn page(
    server: &TestServer,
    caller: &TestClient,
    path: &str,
    query: &[(&str, &str)],
) -> Answer {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(query)
        .finish();
    send(server.call(caller, "GET", &format!("{path}?{query}")).await).await
}

async fn five_agents() -> (TestServer, TestClient) {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    for slug in ["a", "b", "c", "d", "e"] {
        server.advance(TimeDelta::milliseconds(1));
        server.agent(slug).await;
    }
    (server, admin)
}

fn slugs(page: &Value) -> String {
    let data = page["data"].as_array().expect("a list");
    data.iter()
        .map(|item| item["slug"].as_str().expect("a slug"))
        .collect()
}

#[actix_web::test]
async fn pages_follow_one_another_to_the_end() {
    let (server, admin) = five_agents().await;
    let mut cursor = None;
    let mut pages = Vec::new();
    loop {
        let mut query = vec![("limit", "2")];
        query.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
        let found = page(&server, &admin, AGENTS, &query).await.json(200);
        assert_eq!(found.as_object().expect("an object").len(), 2);
        pages.push(slugs(&found));
        cursor = found["next_cursor"].as_str().map(str::to_owned);
        if cursor.is_none() {
            assert_eq!(found["next_cursor"], Value::Null);
            break;
        }
    }
    assert_eq!(pages, ["ab", "cd", "e"]);
}

#[actix_web::test]
async fn a_page_that_is_just_full_is_the_last() {
    let (server, admin) = five_agents().await;
    for (limit, more) in [("4", true), ("5", false), ("6", false), ("200", false)] {
        let found = page(&server, &admin, AGENTS, &[("limit", limit)])
            .await
            .json(200);
        assert_eq!(found["next_cursor"].is_string(), more, "{limit}");
    }
    let all = page(&server, &admin, AGENTS, &[]).await.json(200);
    assert_eq!(
        (slugs(&all).as_str(), &all["next_cursor"]),
        ("abcde", &Value::Null)
    );
}

#[actix_web::test]
async fn what_was_deleted_in_between_breaks_no_walk() {
    let (server, admin) = five_agents().await;
    let first = page(&server, &admin, AGENTS, &[("limit", "2")])
        .await
        .json(200);
    let last = first["data"][1]["id"].as_str().expect("an id");
    let path = format!("{AGENTS}/{last}");
    send(server.call(&admin, "DELETE", &path).await)
        .await
        .no_content();
    let cursor = first["next_cursor"].as_str().expect("a cursor");
    let next = page(&server, &admin, AGENTS, &[("cursor", cursor)])
        .await
        .json(200);
    assert_eq!(slugs(&next), "cde");
}

#[actix_web::test]
async fn every_long_list_has_pages() {
    let server = TestServer::start().await;
    let operator = server.operator().await;
    server.agent("a").await;
    server.agent("b").await;
    server.client().await;
    server.organization("globex").await;
    for path in [
        "/v1/organizations",
        AGENTS,
        "/v1/organizations/acme/credentials",
    ] {
        let first = page(&server, &operator, path, &[("limit", "1")])
            .await
            .json(200);
        let cursor = first["next_cursor"].as_str().expect("a cursor");
        let second = page(&server, &operator, path, &[("cursor", cursor)])
            .await
            .json(200);
        assert_eq!(second["data"].as_array().map(Vec::len), Some(1), "{path}");
        assert_ne!(first["data"][0]["id"], second["data"][0]["id"], "{path}");
        assert_eq!(second["next_cursor"], Value::Null);
    }
    // The one that an admin sees has a page after it, too, with nothing on it.
    let admin = server.admin().await;
    let cursor = server
        .app
        .cursors
        .write("organizations", server.organization.id.0);
    let beyond = page(&server, &admin, "/v1/organizations", &[("cursor", &cursor)]).await;
    assert_eq!(beyond.json(200), json!({"data": [], "next_cursor": null}));
}

#[actix_web::test]
async fn a_limit_out_of_bounds_is_refused() {
    let (server, admin) = five_agents().await;
    for limit in ["0", "201", "-1", "1.5", "", "ten", "99999999999999999999"] {
        let answer = page(&server, &admin, AGENTS, &[("limit", limit)]).await;
        assert_eq!(answer.invalid("limit"), "must be 1 to 200", "{limit:?}");
    }
}

#[actix_web::test]
async fn a_cursor_that_was_tampered_with_is_refused() {
    let (server, admin) = five_agents().await;
    let first = page(&server, &admin, AGENTS, &[("limit", "2")])
        .await
        .json(200);
    let good = first["next_cursor"].as_str().expect("a cursor").to_owned();
    let longer = format!("{good}A");
    // Another place in the same list, and the same place with another proof.
    let (id, proof) = good.split_at(20);
    let moved = format!("{}{proof}", id.replace(&id[18..], "AA"));
    let forged = format!("{id}{}", proof.replace(&proof[10..12], "AA"));
    for cursor in [
        "",
        "x",
        "*",
        &longer,
        &moved,
        &forged,
        &good.to_uppercase(),
        &good[1..],
        "0197f3c2-6d5e-7c3a-9b1e-2f4a6c8e0b1d",
    ] {
        let answer = page(&server, &admin, AGENTS, &[("cursor", cursor)]).await;
        let rule = answer.invalid("cursor");
        assert_eq!(rule, "must be a next_cursor of this list", "{cursor:?}");
    }
}

#[actix_web::test]
async fn a_cursor_of_another_list_is_refused() {
    let server = TestServer::start().await;
    let operator = server.operator().await;
    let globex = server.organization("globex").await;
    let lists = [
        "/v1/organizations".to_owned(),
        AGENTS.to_owned(),
        format!("/v1/organizations/{}/agents", globex.slug),
        "/v1/organizations/acme/credentials".to_owned(),
        format!("/v1/organizations/{}/credentials", globex.slug),
    ];
    for (index, slug) in ["a", "b"].into_iter().enumerate() {
        server.agent(slug).await;
        server.client().await;
        server
            .client_with(|new| new.organization_id = globex.id)
            .await;
        let body = json!({"slug": format!("agent-{index}")});
        let made = server.call(&operator, "POST", &lists[2]).await.json(&body);
        send(made).await.json(201);
    }
    let mut cursors = Vec::new();
    for list in &lists {
        let first = page(&server, &operator, list, &[("limit", "1")]).await;
        let cursor = first.json(200)["next_cursor"].clone();
        cursors.push(cursor.as_str().expect("a cursor").to_owned());
    }
    // Good on another node, too, and by whichever name the organization is called.
    let other_node = server.another_node().await;
    for (from, cursor) in cursors.iter().enumerate() {
        for (to, list) in lists.iter().enumerate() {
            let answer = page(&server, &operator, list, &[("cursor", cursor)]).await;
            if from == to {
                let token = [("resource", server.app.issuer.as_str())];
                let token = other_node.token(&operator, &token).await;
                let path = format!("{list}?cursor={cursor}")
                    .replace("/acme/", &format!("/{}/", server.organization.id));
                let there = other_node.bare("GET", &path).bearer_auth(token);
                assert_eq!(send(there).await.json(200), answer.json(200), "{list}");
            } else {
                let rule = answer.invalid("cursor");
                assert_eq!(rule, "must be a next_cursor of this list", "{list}");
            }
        }
    }
}

#[actix_web::test]
async fn a_parameter_that_stands_twice_is_refused() {
    let (server, admin) = five_agents().await;
    for (path, name) in [
        (AGENTS, "limit"),
        (AGENTS, "cursor"),
        ("/v1/organizations/acme/credentials", "kind"),
        ("/v1/organizations/acme/credentials", "agent_id"),
        ("/v1/organizations/acme/credentials", "cursor"),
        ("/v1/organizations/acme/credentials", "sort"),
        ("/v1/organizations/acme/credentials", "q"),
    ] {
        let answer = page(&server, &admin, path, &[(name, "1"), (name, "2")]).await;
        assert_eq!(answer.invalid(name), "must not stand there twice");
    }
}

#[actix_web::test]
async fn a_filter_that_names_nothing_is_refused() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let path = "/v1/organizations/acme/credentials";
    for (name, value) in [
        ("kind", "secret"),
        ("kind", ""),
        ("agent_id", "bot"),
        ("agent_id", ""),
        ("status", "revoked"),
        ("status", ""),
        ("sort", "id"),
        ("sort", "--name"),
        ("q", ""),
        ("q", " "),
        ("q", "a\u{202E}b"),
        ("q", &"x".repeat(101)),
        ("unused_for_days", "0"),
        ("unused_for_days", "3651"),
        ("unused_for_days", "-1"),
        ("unused_for_days", "ninety"),
        ("expires_within_days", "0"),
        ("expires_within_days", "99999999999"),
        ("mine", "yes"),
        ("limit", "201"),
    ] {
        page(&server, &admin, path, &[(name, value)])
            .await
            .invalid(name);
    }
}
