//! Tests of the module above.

use super::super::credentials::Credentials;
use super::super::options::HttpUrl;
use super::*;
use tempfile::TempDir;

const START: i64 = 1_800_000_000;

fn at(offset_ms: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(START * 1000 + offset_ms).unwrap()
}

fn response(token: &str, expires_in: Option<u32>) -> TokenResponse {
    TokenResponse {
        body: Secret::new(String::new()),
        access_token: Secret::new(token.to_owned()),
        expires_in,
    }
}

fn cache(folder: &TempDir) -> TokenCache {
    let home = folder.path().to_str().unwrap().to_owned();
    TokenCache::of_user(&|name| (name == "HOME").then(|| home.clone())).unwrap()
}

fn key(endpoint: &str, client: &str, scopes: &[&str], resource: Option<&str>) -> Key {
    let endpoint: HttpUrl = endpoint.parse().unwrap();
    let credentials = Credentials::find(None, &|name| match name {
        "GRANTD_CLIENT_ID" => Some(client.to_owned()),
        "GRANTD_CLIENT_SECRET" => Some("s".to_owned()),
        _ => None,
    })
    .unwrap();
    let scopes: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
    Key::of(&TokenRequest {
        endpoint: &endpoint,
        credentials: &credentials,
        scopes: &scopes,
        resource,
    })
}

fn any_key() -> Key {
    key("https://a.example", "c", &[], None)
}

#[test]
fn a_token_is_used_until_the_margin_before_its_end() {
    for (lifetime, last_good_ms) in [(900, 870_000), (300, 270_000), (100, 90_000), (2, 1_800)] {
        let folder = TempDir::new().unwrap();
        let cache = cache(&folder);
        cache
            .save(&any_key(), &response("t", Some(lifetime)), at(0))
            .unwrap();
        let loaded = |offset| cache.load(&any_key(), at(offset));
        assert!(loaded(0).is_some());
        assert_eq!(loaded(last_good_ms - 1).unwrap().expose(), "t");
        assert!(loaded(last_good_ms).is_none(), "{lifetime}");
        assert!(loaded(-1).is_none(), "the clock went back");
    }
}

#[test]
fn a_token_that_does_not_say_how_long_it_lives_is_not_kept() {
    let folder = TempDir::new().unwrap();
    let cache = cache(&folder);
    cache.save(&any_key(), &response("t", None), at(0)).unwrap();
    assert!(cache.load(&any_key(), at(0)).is_none());
}

#[test]
fn only_the_owner_can_read_it_even_where_the_folder_was_open() {
    let folder = TempDir::new().unwrap();
    let cache = cache(&folder);
    fs::create_dir_all(&cache.folder).unwrap();
    fs::set_permissions(&cache.folder, Permissions::from_mode(0o755)).unwrap();
    fs::write(cache.path(&any_key()), "old").unwrap();
    fs::set_permissions(cache.path(&any_key()), Permissions::from_mode(0o644)).unwrap();

    cache
        .save(&any_key(), &response("t", Some(900)), at(0))
        .unwrap();

    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(cache.path(&any_key())), 0o600);
    assert_eq!(mode(cache.folder.clone()), 0o700);
    assert_eq!(fs::read_dir(&cache.folder).unwrap().count(), 1, "no drafts");
}

#[test]
fn a_corrupt_file_is_ignored_and_replaced() {
    let folder = TempDir::new().unwrap();
    let cache = cache(&folder);
    fs::create_dir_all(&cache.folder).unwrap();
    for corrupt in [
        "",
        "{",
        "\u{0}",
        r#"{"access_token":"t"}"#,
        r#"{"access_token":"t\n","fetched_at":1800000000,"expires_at":1800000900}"#,
        r#"{"access_token":"t","fetched_at":0,"expires_at":9223372036854775807}"#,
    ] {
        fs::write(cache.path(&any_key()), corrupt).unwrap();
        assert!(cache.load(&any_key(), at(0)).is_none());
        cache
            .save(&any_key(), &response("new", Some(900)), at(0))
            .unwrap();
        assert_eq!(cache.load(&any_key(), at(0)).unwrap().expose(), "new");
    }
    cache.remove(&any_key());
    assert!(cache.load(&any_key(), at(0)).is_none());
}

#[test]
fn every_part_of_the_request_makes_another_key() {
    let base = key("https://a.example", "c", &["r", "w"], None);
    assert_eq!(base, key("https://a.example", "c", &["w", "r"], None));
    assert_eq!(base, key("https://a.example", "c", &["w r r"], None));
    for other in [
        key("https://b.example", "c", &["r", "w"], None),
        key("https://a.example", "d", &["r", "w"], None),
        key("https://a.example", "c", &["r"], None),
        key("https://a.example", "c", &["rw"], None),
        key(
            "https://a.example",
            "c",
            &["r", "w"],
            Some("https://x.example"),
        ),
        key("https://a.example", "cr w", &[], None),
    ] {
        assert_ne!(base, other);
    }
}

#[test]
fn the_folder_follows_the_environment() {
    let folder = |variables: &[(&str, &str)]| {
        TokenCache::of_user(&|name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
        .map(|cache| cache.folder.to_str().unwrap().to_owned())
    };
    let home = ("HOME", "/home/u");
    assert_eq!(
        folder(&[("XDG_CACHE_HOME", "/c"), home]).unwrap(),
        "/c/grantd"
    );
    assert_eq!(
        folder(&[("XDG_CACHE_HOME", "relative"), home]).unwrap(),
        "/home/u/.cache/grantd"
    );
    assert_eq!(folder(&[]), None);
}
