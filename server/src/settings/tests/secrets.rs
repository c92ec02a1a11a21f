//! Secrets: their twins, and that they never show.

use super::super::registry;
use super::{Files, KEY, LEAST, LEAST_VARIABLES, problems, read, with};

#[test]
fn a_secret_may_come_from_a_file_with_or_without_a_line_feed() {
    let files = Files::new();
    for ending in ["", "\n", "\r\n"] {
        let key = files.write("master.key", format!("{KEY}{ending}").as_bytes());
        let url = files.write("url", format!("postgres://db/x{ending}").as_bytes());
        let settings = read(
            "issuer = 'https://auth.example.com'",
            &[
                ("GRANTD_MASTER_KEY_FILE", &key),
                ("GRANTD_DATABASE__URL_FILE", &url),
            ],
        )
        .unwrap();
        assert_eq!(settings.master_key.expose(), KEY);
        assert_eq!(settings.database.url.expose(), "postgres://db/x");
    }
}

#[test]
fn exactly_one_of_a_secret_and_its_file() {
    let files = Files::new();
    let key = files.write("master.key", KEY.as_bytes());
    let told = with("GRANTD_MASTER_KEY_FILE", &key).unwrap_err();
    assert_eq!(
        told.sentences(),
        [
            "master_key (from /etc/grantd.toml) and master_key_file (from GRANTD_MASTER_KEY_FILE) \
             are both given: keep one."
        ]
    );
    let told = with("GRANTD_DATABASE__URL_FILE", &key).unwrap_err();
    assert!(told.to_string().contains("are both given"));
}

#[test]
fn a_secret_file_that_cannot_serve() {
    let files = Files::new();
    for (path, why) in [
        ("/nowhere/master.key", "names a file that does not exist"),
        (
            files.path().to_str().unwrap(),
            "names a file that is a directory",
        ),
        (
            &files.write("binary", &[0xff; 32]),
            "names a file that is not UTF-8 text",
        ),
        (
            &files.write("empty", b""),
            "names a file whose text must be 32 bytes in base64url, which is 43 characters",
        ),
        (
            &files.write("short", b"hunter2"),
            "names a file whose text must be 32 bytes in base64url, which is 43 characters",
        ),
    ] {
        let variables = [
            LEAST_VARIABLES[0],
            LEAST_VARIABLES[2],
            ("GRANTD_MASTER_KEY_FILE", path),
        ];
        assert_eq!(
            problems("", &variables),
            [format!(
                "master_key_file (from GRANTD_MASTER_KEY_FILE) {why}."
            )]
        );
    }
}

#[test]
fn nothing_given_is_ever_repeated() {
    let files = Files::new();
    let wrong = files.write("wrong", b"hunter2");
    for setting in registry::settings() {
        for value in ["hunter2", "postgres:hunter2", "https://u:hunter2@a.example"] {
            let variable = setting.variable();
            let kept = LEAST_VARIABLES
                .into_iter()
                .filter(|(name, _)| !variable.starts_with(name))
                .chain([(variable.as_str(), value)]);
            let variables: Vec<_> = kept.collect();
            let told = read("", &variables).unwrap_err();
            assert!(!format!("{told} {told:?}").contains("hunter2"), "{told}");
        }
    }
    let told = read("", &[("GRANTD_MASTER_KEY_FILE", &wrong)]).unwrap_err();
    assert!(!told.to_string().contains("hunter2"), "{told}");
    let told = with("GRANTD_MASTER_KEYS", "hunter2").unwrap_err();
    assert!(!told.to_string().contains("hunter2"), "{told}");
    let told = read(&format!("master_kye = 'hunter2'\n{LEAST}"), &[]).unwrap_err();
    assert!(!told.to_string().contains("hunter2"), "{told}");
}

#[test]
fn debug_shows_no_secret() {
    let file = LEAST.replace("sqlite:///grantd.db", "postgres://u:hunter2@db/x");
    let shown = format!("{:?}", read(&file, &[]).unwrap());
    assert!(
        !shown.contains("hunter2") && !shown.contains(KEY),
        "{shown}"
    );
}
