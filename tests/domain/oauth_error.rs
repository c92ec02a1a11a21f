//! The characters that an `error_description` may hold (RFC 6749 §5.2).

use grantd::domain::oauth_error::{OAuthError, is_description};

#[test]
fn the_characters_are_those_of_the_rfc() {
    for code in 0..=255_u8 {
        let allowed = matches!(code, 0x20..=0x21 | 0x23..=0x5B | 0x5D..=0x7E);
        let text = char::from(code).to_string();
        assert_eq!(is_description(&text), allowed, "{code:#x}");
    }
    assert!(!is_description("fine until here: é"));
}

#[test]
fn what_failed_inside_is_for_the_log_alone() {
    for (error, code) in [
        (
            OAuthError::TemporarilyUnavailable("no disk \"sda\"".to_owned()),
            "temporarily_unavailable",
        ),
        (
            OAuthError::ServerError("no disk \"sda\"".to_owned()),
            "server_error",
        ),
    ] {
        assert_eq!(error.code(), code);
        assert_eq!(error.cause(), Some("no disk \"sda\""));
        assert!(!error.description().contains("disk"));
        assert!(is_description(error.description()));
    }
    assert_eq!(OAuthError::unknown_client_or_wrong_secret().cause(), None);
}
