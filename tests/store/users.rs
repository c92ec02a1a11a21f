//! Users.

use grantd::store::users::NewUser;
use grantd::store::{ConflictOn, Page, Store, StoreError, memberships, users};

use super::samples;

/// The hash of the password that is kept for this user.
async fn hash_of(store: &Store, user: &NewUser) -> Option<String> {
    let found = users::find_with_password(store, &user.user.email)
        .await
        .unwrap();
    found.expect("the user").1
}

both_engines! {
    async fn what_is_kept_is_what_was_given(store: TestStore) {
        let mut given = samples::user();
        given.user.operator = true;
        given.password_hash = Some("$argon2id$…".to_owned());
        change!(store, users::insert(&given)).unwrap();
        let id = given.user.id;
        assert_eq!(users::find(&*store, id).await.unwrap(), Some(given.user.clone()));
        let by_email = users::find_by_email(&*store, &given.user.email).await.unwrap();
        assert_eq!(by_email, Some(given.user.clone()));
        assert_eq!(hash_of(&store, &given).await, given.password_hash);

        let other = samples::user();
        change!(store, users::insert(&other)).unwrap();
        assert_eq!(users::find(&*store, other.user.id).await.unwrap(), Some(other.user.clone()));
        assert_eq!(hash_of(&store, &other).await, None);
    }

    async fn email_addresses_are_unique(store: TestStore) {
        let first = samples::user();
        let mut second = samples::user();
        second.user.email = first.user.email.clone();
        change!(store, users::insert(&first)).unwrap();
        assert_eq!(
            change!(store, users::insert(&second)),
            Err(StoreError::Conflict(ConflictOn::UserEmail))
        );
    }

    async fn passwords_are_set_and_taken_away(store: TestStore) {
        let given = samples::user();
        let id = given.user.id;
        let hash = Some("hash".to_owned());
        assert_eq!(change!(store, users::set_password_hash(id, hash.clone())), Err(StoreError::NotFound));
        change!(store, users::insert(&given)).unwrap();
        change!(store, users::set_password_hash(id, hash.clone())).unwrap();
        assert_eq!(hash_of(&store, &given).await, hash);
        change!(store, users::set_password_hash(id, None)).unwrap();
        assert_eq!(hash_of(&store, &given).await, None);
    }

    async fn a_text_is_found_in_addresses_as_it_is(store: TestStore) {
        for email in ["ann@example.com", "a_n@example.com", "bob@other.example"] {
            let mut user = samples::user();
            user.user.email = email.parse().unwrap();
            change!(store, users::insert(&user)).unwrap();
        }
        for (text, found) in [
            ("EXAMPLE.com", vec!["ann@example.com", "a_n@example.com"]),
            ("a_n", vec!["a_n@example.com"]),
            ("%", vec![]),
        ] {
            let page = Page::first(10);
            let users = users::search(&*store, &text.parse().unwrap(), &page).await.unwrap();
            let mut emails: Vec<_> = users.iter().map(|user| user.email.as_str()).collect();
            emails.sort_by_key(|email| email.contains('_'));
            assert_eq!(emails, found, "{text}");
        }
    }

    async fn lists_go_by_pages(store: TestStore) {
        let given: Vec<_> = (0..4).map(|_| samples::user()).collect();
        for index in [2, 0, 3, 1] {
            change!(store, users::insert(&given[index])).unwrap();
        }
        let all: Vec<_> = given.iter().map(|new| new.user.clone()).collect();
        assert_eq!(users::list(&*store, &Page::first(3)).await.unwrap(), all[..3]);
        let rest = Page { after: Some(all[2].id.0), limit: 3 };
        assert_eq!(users::list(&*store, &rest).await.unwrap(), all[3..]);
    }

    async fn memberships_go_with_the_user(store: TestStore) {
        let (organization, given) = (samples::organization(), samples::user());
        let id = given.user.id;
        change!(store, organizations::insert(&organization)).unwrap();
        change!(store, users::insert(&given)).unwrap();
        change!(store, memberships::put(&samples::membership(id, organization.id))).unwrap();
        change!(store, users::delete(id)).unwrap();
        assert_eq!(users::find(&*store, id).await.unwrap(), None);
        assert_eq!(memberships::of_user(&*store, id).await.unwrap(), []);
        assert_eq!(change!(store, users::delete(id)), Err(StoreError::NotFound));
    }
}

#[test]
fn a_new_user_does_not_show_the_hash() {
    let mut new = samples::user();
    new.password_hash = Some("$argon2id$…".to_owned());
    assert!(!format!("{new:?}").contains("argon2id"));
}
