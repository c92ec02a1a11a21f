//! The form of secrets. The vectors were computed by another program (Python's integers and
//! `zlib.crc32`), not by this one.

use grantd::domain::secret::{Secret, encode_secret, is_well_formed};

#[test]
fn secrets_are_written_as_others_write_them() {
    let mut counting = [0; 32];
    for (index, byte) in counting.iter_mut().enumerate() {
        *byte = u8::try_from(index).unwrap();
    }
    let ending_with = |last: u8| {
        let mut bytes = [0; 32];
        bytes[31] = last;
        bytes
    };
    for (prefix, random, expected) in [
        (
            "gds_",
            [0; 32],
            "gds_00000000000000000000000000000000000000000000RdPPh",
        ),
        (
            "gds_",
            counting,
            "gds_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf0yaVEL",
        ),
        (
            "gdk_",
            [0xFF; 32],
            "gdk_yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp12lO8zs",
        ),
        (
            "gdk_",
            ending_with(61),
            "gdk_000000000000000000000000000000000000000000z38fyRW",
        ),
        (
            "gds_",
            ending_with(62),
            "gds_000000000000000000000000000000000000000001001TmlA",
        ),
    ] {
        let secret = encode_secret(prefix, &random);
        assert_eq!(secret.expose(), expected);
        assert!(is_well_formed(prefix, expected));
    }
}

#[test]
fn every_typo_is_noticed() {
    let good = "gds_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf0yaVEL";
    for at in 0..good.len() {
        for other in ["0", "a", "Z", "_", " "] {
            let mut bad = good.to_owned();
            bad.replace_range(at..=at, other);
            assert_eq!(is_well_formed("gds_", &bad), bad == good, "{bad}");
        }
        let mut shorter = good.to_owned();
        shorter.remove(at);
        assert!(!is_well_formed("gds_", &shorter), "{shorter}");
        let mut longer = good.to_owned();
        longer.insert(at, 'x');
        assert!(!is_well_formed("gds_", &longer), "{longer}");
    }
    for at in 4..good.len() - 1 {
        let mut swapped = good.as_bytes().to_vec();
        swapped.swap(at, at + 1);
        let swapped = String::from_utf8(swapped).unwrap();
        assert_eq!(
            is_well_formed("gds_", &swapped),
            swapped == good,
            "{swapped}"
        );
    }
}

#[test]
fn other_texts_are_no_secrets() {
    let good = "gds_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf0yaVEL";
    assert!(!is_well_formed("gdk_", good));
    assert!(!is_well_formed("gds_", &format!("{good}\n")));
    assert!(!is_well_formed("gds_", &good.to_uppercase()));
    for bad in ["", "gds_", "gds", "é", &"é".repeat(27)] {
        assert!(!is_well_formed("gds_", bad), "{bad:?}");
    }
}

#[test]
fn a_secret_does_not_show_itself() {
    let secret = encode_secret("gds_", &[0xFF; 32]);
    assert_eq!(format!("{secret:?}"), "Secret([redacted])");
    assert_eq!(format!("{:?}", Some(&secret)), "Some(Secret([redacted]))");
    let hint = secret.hint();
    assert_eq!(hint.chars().next(), Some('…'));
    assert_eq!(hint.chars().count(), 5);
    assert!(secret.expose().ends_with(hint.trim_start_matches('…')));
    assert_eq!(Secret::new("äö".to_owned()).hint(), "…äö");
}
