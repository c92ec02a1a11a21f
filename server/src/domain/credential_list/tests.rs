//! States, orders and places in lists.

use super::*;
use crate::domain::credential::CredentialKind;
use crate::domain::ids::OrganizationId;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
}

fn credential() -> Credential {
    Credential {
        id: CredentialId(Uuid::from_u128(7)),
        kind: CredentialKind::ApiKey,
        name: "Ärger".parse().unwrap(),
        description: None,
        organization_id: OrganizationId(Uuid::nil()),
        agent_id: None,
        created_by: None,
        user_id: None,
        scopes: Vec::new(),
        audiences: Vec::new(),
        grant_types: Vec::new(),
        operator: false,
        token_ttl_seconds: None,
        status: CredentialStatus::Active,
        created_at: at(0),
        expires_at: None,
        rate_limit: None,
        quota: None,
        super_key: false,
        last_used_at: None,
        secrets: Vec::new(),
    }
}

#[test]
fn a_credential_stands_in_one_state_at_a_time() {
    let mut it = credential();
    assert_eq!(Standing::of(&it, at(9)), Some(Standing::Active));
    it.expires_at = Some(at(9));
    assert_eq!(Standing::of(&it, at(8)), Some(Standing::Active));
    assert_eq!(Standing::of(&it, at(9)), Some(Standing::Expired));
    it.status = CredentialStatus::Disabled;
    assert_eq!(Standing::of(&it, at(9)), Some(Standing::Disabled));
    it.status = CredentialStatus::Revoked;
    assert_eq!(Standing::of(&it, at(9)), None);
    for standing in Standing::ALL {
        assert_eq!(standing.as_str().parse(), Ok(standing));
    }
    assert_eq!("revoked".parse::<Standing>(), Err(UnknownStanding));
}

#[test]
fn an_order_is_read_as_it_is_written() {
    for by in SortBy::ALL {
        for descending in [false, true] {
            let sort = Sort { by, descending };
            assert_eq!(sort.to_string().parse(), Ok(sort));
        }
    }
    assert_eq!(Sort::default().to_string(), "created_at");
    for bad in ["", "-", "--name", "Name", "id", "name,created_at"] {
        assert_eq!(bad.parse::<Sort>(), Err(UnknownSort), "{bad}");
    }
}

#[test]
fn a_place_survives_its_way_through_a_cursor() {
    let mut it = credential();
    it.last_used_at = Some(at(5) + TimeDelta::microseconds(123_456));
    for by in SortBy::ALL {
        let place = Place::of(&it, by);
        for stretch in [Stretch::After(place.clone()), Stretch::Before(place)] {
            let bytes = stretch.to_bytes().unwrap();
            assert_eq!(Stretch::from_bytes(&bytes, by), Some(stretch));
            assert_eq!(Stretch::from_bytes(&bytes[..16], by), None);
        }
    }
    assert_eq!(Stretch::First.to_bytes(), None);
    let by_name = Stretch::After(Place::of(&it, SortBy::Name));
    let bytes = by_name.to_bytes().unwrap();
    assert_eq!(bytes.len(), 17 + "ärger".len());
    assert_eq!(Stretch::from_bytes(&bytes, SortBy::CreatedAt), None);
    assert_eq!(Stretch::from_bytes(&bytes, SortBy::ExpiresAt), None);
    assert_eq!(Stretch::from_bytes(&[2; 17], SortBy::CreatedAt), None);
}

#[test]
fn never_stands_at_an_end() {
    let it = credential();
    let key = |by| Place::of(&it, by).key;
    assert_eq!(key(SortBy::LastUsedAt), SortKey::Moment(NEVER_USED));
    assert_eq!(key(SortBy::ExpiresAt), SortKey::Moment(NEVER_EXPIRES));
    assert_eq!(NEVER_EXPIRES.to_rfc3339(), "9999-01-01T00:00:00+00:00");
}

#[test]
fn use_is_told_to_the_moment() {
    let (mut it, week) = (credential(), TimeDelta::seconds(7));
    assert!(!was_used_within(it.last_used_at, week, at(1)), "never used");
    it.last_used_at = Some(at(3));
    assert!(was_used_within(it.last_used_at, week, at(9)));
    assert!(!was_used_within(it.last_used_at, week, at(10)));
    assert!(was_used_within(it.last_used_at, TimeDelta::MAX, at(10)));
}
