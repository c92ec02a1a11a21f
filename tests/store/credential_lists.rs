//! Lists of credentials: filtered, in an order of one's choice, and counted.

use chrono::{DateTime, TimeDelta, Utc};
use grantd::domain::credential::{Credential, CredentialStatus};
use grantd::domain::credential_list::{Place, Sort, SortBy, Standing, Stretch};
use grantd::domain::ids::OrganizationId;
use grantd::store::credentials::{self, CredentialChange, CredentialFilter, Mine};

use super::samples;
use super::test_store::TestStore;

/// So many days after the sample's moment.
fn day(number: i64) -> DateTime<Utc> {
    samples::now() + TimeDelta::days(number)
}

async fn organization(store: &TestStore) -> OrganizationId {
    let organization = samples::organization();
    change!(store, organizations::insert(&organization)).unwrap();
    organization.id
}

/// A credential with this name; a day of use and one of expiry where it has them.
async fn add(
    store: &TestStore,
    organization: OrganizationId,
    name: &str,
    used: Option<i64>,
    expires: Option<i64>,
) -> Credential {
    let mut credential = samples::credential(organization);
    credential.name = name.parse().unwrap();
    credential.created_by = None;
    credential.user_id = None;
    credential.last_used_at = used.map(day);
    credential.expires_at = expires.map(day);
    change!(store, credentials::insert(&credential, &[])).unwrap();
    credential
}

/// The names of a stretch of a list.
async fn names(
    store: &TestStore,
    filter: &CredentialFilter,
    sort: &str,
    stretch: &Stretch,
    limit: u64,
) -> Vec<String> {
    let sort = sort.parse().unwrap();
    let found = credentials::sorted(&**store, filter, sort, stretch, limit).await;
    let found = found.unwrap().into_iter();
    found
        .map(|credential| credential.name.to_string())
        .collect()
}

/// The names of what a filter leaves, by name.
async fn left(store: &TestStore, filter: &CredentialFilter) -> Vec<String> {
    let names = names(store, filter, "name", &Stretch::First, 99).await;
    let counted = credentials::count_up_to(&**store, filter, 99).await;
    assert_eq!(counted.unwrap(), names.len() as u64, "{filter:?}");
    names
}

both_engines! {
    async fn each_order_is_the_same_on_every_engine_in_both_directions(store: TestStore) {
        let organization = organization(&store).await;
        let other = self::organization(&store).await;
        add(&store, other, "elsewhere", None, None).await;
        for (name, used, expires) in [
            ("b", Some(3), Some(9)),
            ("A", None, None),
            ("ä", Some(1), Some(8)),
            ("c", None, Some(7)),
            ("_", Some(2), None),
            ("Z", Some(1), Some(8)),
        ] {
            add(&store, organization, name, used, expires).await;
        }
        let filter = CredentialFilter::of(organization);
        for (sort, expected) in [
            ("name", ["_", "A", "b", "c", "Z", "ä"]),
            ("created_at", ["b", "A", "ä", "c", "_", "Z"]),
            ("last_used_at", ["A", "c", "ä", "Z", "_", "b"]),
            ("expires_at", ["c", "ä", "Z", "b", "A", "_"]),
        ] {
            assert_eq!(names(&store, &filter, sort, &Stretch::First, 99).await, expected, "{sort}");
            let mut expected = expected;
            expected.reverse();
            let sort = format!("-{sort}");
            assert_eq!(names(&store, &filter, &sort, &Stretch::First, 99).await, expected, "{sort}");
        }
    }

    async fn a_walk_there_and_back_meets_each_once_in_every_order(store: TestStore) {
        let organization = organization(&store).await;
        for number in 0..7 {
            // Few times and names, so that ids have to tell them apart.
            let used = [None, Some(1)][number % 2];
            add(&store, organization, ["x", "X", "y"][number % 3], used, used).await;
        }
        let filter = CredentialFilter::of(organization);
        for by in SortBy::ALL {
            for descending in [false, true] {
                let sort = Sort { by, descending };
                let read = async |stretch: &Stretch, limit| {
                    credentials::sorted(&*store, &filter, sort, stretch, limit).await.unwrap()
                };
                let all = read(&Stretch::First, 99).await;
                assert_eq!(all.len(), 7);
                let mut there = read(&Stretch::First, 2).await;
                loop {
                    let after = Stretch::After(Place::of(there.last().unwrap(), by));
                    let next = read(&after, 2).await;
                    if next.is_empty() {
                        break;
                    }
                    there.extend(next);
                }
                assert_eq!(there, all, "{sort}");
                let mut back = vec![all[6].clone()];
                loop {
                    let before = Stretch::Before(Place::of(&back[0], by));
                    let mut previous = read(&before, 2).await;
                    if previous.is_empty() {
                        break;
                    }
                    previous.extend(back);
                    back = previous;
                }
                assert_eq!(back, all, "{sort}");
            }
        }
    }

    async fn a_text_is_found_in_names_and_at_the_beginning_of_ids(store: TestStore) {
        let organization = organization(&store).await;
        let mut ids = Vec::new();
        for name in ["Deploy ÄRGER", "deploy", "50% off", "50 off", "a_b", "axb", "c:\\d", "!"] {
            ids.push(add(&store, organization, name, None, None).await.id.to_string());
        }
        for (text, expected) in [
            ("DEPLOY", vec!["deploy", "Deploy ÄRGER"]),
            ("ärger", vec!["Deploy ÄRGER"]),
            ("0%", vec!["50% off"]),
            ("a_b", vec!["a_b"]),
            ("\\", vec!["c:\\d"]),
            ("!", vec!["!"]),
            ("eploy ä", vec!["Deploy ÄRGER"]),
            ("' OR 1=1", vec![]),
            (ids[1].as_str(), vec!["deploy"]),
            (&ids[1].to_uppercase(), vec!["deploy"]),
            (&ids[1][1..], vec![]),
        ] {
            let search = Some(text.parse().unwrap());
            let filter = CredentialFilter { search, ..CredentialFilter::of(organization) };
            assert_eq!(left(&store, &filter).await, expected, "{text}");
        }
        // All of the sample's moment begin alike.
        let search = Some(ids[0][..10].parse().unwrap());
        let filter = CredentialFilter { search, ..CredentialFilter::of(organization) };
        assert_eq!(left(&store, &filter).await.len(), 8);
    }

    async fn a_new_name_is_found_and_sorted_as_such(store: TestStore) {
        let organization = organization(&store).await;
        add(&store, organization, "m", None, None).await;
        let renamed = add(&store, organization, "a", None, None).await;
        let name = Some("ZEBRA".parse().unwrap());
        let to = CredentialChange { name, ..CredentialChange::of(renamed.id) };
        change!(store, credentials::update(&to)).unwrap();
        let filter = CredentialFilter::of(organization);
        assert_eq!(left(&store, &filter).await, ["m", "ZEBRA"]);
        let search = Some("zeb".parse().unwrap());
        assert_eq!(left(&store, &CredentialFilter { search, ..filter }).await, ["ZEBRA"]);
    }

    async fn each_filter_leaves_what_it_says(store: TestStore) {
        let organization = organization(&store).await;
        let user = samples::user().user.id;
        let agent = samples::agent(organization);
        change!(store, agents::insert(&agent)).unwrap();
        add(&store, organization, "plain", None, None).await;
        add(&store, organization, "used", Some(50), Some(95)).await;
        add(&store, organization, "over", Some(5), Some(90)).await;
        let mut off = samples::credential(organization);
        off.name = "off".parse().unwrap();
        off.status = CredentialStatus::Disabled;
        off.expires_at = Some(day(1));
        off.created_by = Some(user.0);
        off.user_id = None;
        off.created_at = day(60);
        off.agent_id = Some(agent.id);
        change!(store, credentials::insert(&off, &[])).unwrap();
        let mut own = samples::credential(organization);
        own.name = "own".parse().unwrap();
        own.created_by = None;
        own.user_id = Some(user);
        own.expires_at = Some(day(120));
        own.super_key = true;
        change!(store, credentials::insert(&own, &[])).unwrap();
        let gone = add(&store, organization, "gone", None, Some(95)).await;
        change!(store, credentials::revoke(gone.id, samples::now())).unwrap();

        let all = CredentialFilter::of(organization);
        let standing = |standing, at| CredentialFilter {
            standing: Some((standing, day(at))),
            ..CredentialFilter::of(organization)
        };
        let mine = |maker, user| CredentialFilter {
            mine: Some(Mine { maker, user }),
            ..CredentialFilter::of(organization)
        };
        let nobody = samples::user().user.id.0;
        for (filter, expected) in [
            (all.clone(), vec!["off", "over", "own", "plain", "used"]),
            (CredentialFilter { include_revoked: true, ..all.clone() },
             vec!["gone", "off", "over", "own", "plain", "used"]),
            (standing(Standing::Active, 90), vec!["own", "plain", "used"]),
            (standing(Standing::Active, 89), vec!["over", "own", "plain", "used"]),
            (standing(Standing::Expired, 90), vec!["over"]),
            (standing(Standing::Disabled, 90), vec!["off"]),
            (CredentialFilter { unused_since: Some(day(5)), ..all.clone() },
             vec!["over", "own", "plain"]),
            (CredentialFilter { unused_since: Some(day(4)), ..all.clone() }, vec!["own", "plain"]),
            (CredentialFilter { unused_since: Some(day(60)), ..all.clone() },
             vec!["off", "over", "own", "plain", "used"]),
            (CredentialFilter { expires: Some(day(90)..day(120)), ..all.clone() },
             vec!["own", "used"]),
            (CredentialFilter { expires: Some(day(89)..day(119)), ..all.clone() },
             vec!["over", "used"]),
            (mine(user.0, Some(user)), vec!["off", "own"]),
            (mine(user.0, None), vec!["off"]),
            (mine(nobody, Some(user)), vec!["own"]),
            (CredentialFilter { super_key: Some(true), ..all.clone() }, vec!["own"]),
            (CredentialFilter { agents: Some(vec![agent.id]), ..all.clone() }, vec!["off"]),
            (CredentialFilter { agents: Some(vec![]), ..all.clone() }, vec![]),
            // Together they all hold.
            (CredentialFilter {
                search: Some("o".parse().unwrap()),
                super_key: Some(false),
                ..standing(Standing::Active, 0)
             }, vec!["over"]),
        ] {
            assert_eq!(left(&store, &filter).await, expected, "{filter:?}");
        }
    }

    async fn counting_stops_and_the_least_used_come_first(store: TestStore) {
        let organization = organization(&store).await;
        for (name, used) in [("a", Some(3)), ("b", None), ("c", Some(1)), ("d", Some(2))] {
            add(&store, organization, name, used, None).await;
        }
        let filter = CredentialFilter::of(organization);
        for (most, counted) in [(3, 3), (4, 4), (5, 4)] {
            assert_eq!(credentials::count_up_to(&*store, &filter, most).await.unwrap(), counted);
        }
        let found = credentials::least_used(&*store, &filter, 3).await.unwrap();
        let found: Vec<_> = found.iter().map(|credential| credential.name.as_str()).collect();
        assert_eq!(found, ["b", "c", "d"]);
    }
}
