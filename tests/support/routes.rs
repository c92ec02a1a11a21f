//! The route table, for tests that compare something with it.

use std::collections::BTreeSet;

use grantd::http::listed;
use grantd::settings::{CompatSettings, Settings};

/// Method and path of everything that a server answers whose doors are all open. HEAD is left out:
/// it comes with every GET.
pub(crate) fn routed() -> BTreeSet<(String, String)> {
    let compat = CompatSettings {
        super_api_key: true,
        ..by_default()
    };
    routed_with(compat)
}

/// The same of a server with the default settings.
pub(crate) fn routed_by_default() -> BTreeSet<(String, String)> {
    routed_with(by_default())
}

fn by_default() -> CompatSettings {
    let (_, _, compat) = Settings::described_by_default().expect("defaults keep their rules");
    compat
}

fn routed_with(compat: CompatSettings) -> BTreeSet<(String, String)> {
    let routed: BTreeSet<_> = listed(compat)
        .into_iter()
        .flat_map(|listed| {
            let methods = listed
                .methods
                .into_iter()
                .filter(|method| *method != "HEAD");
            methods.map(move |method| (method.to_owned(), listed.path.clone()))
        })
        .collect();
    assert!(routed.len() > 35, "the route table is short: {routed:?}");
    routed
}
