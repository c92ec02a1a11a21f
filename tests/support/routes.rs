//! The route table, for tests that compare something with it.

use std::collections::BTreeSet;

use grantd::http::listed;
use grantd::settings::Settings;

/// Method and path of everything that a server with the default settings answers. HEAD is left out:
/// it comes with every GET.
pub(crate) fn routed() -> BTreeSet<(String, String)> {
    let (_, _, compat) = Settings::described_by_default().expect("defaults keep their rules");
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
