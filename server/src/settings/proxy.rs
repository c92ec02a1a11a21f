//! The proxies in front of grantd.

use std::net::IpAddr;

use ipnet::IpNet;

use super::reader::Reader;
use super::registry::{Kind, Setting};

pub(super) const TRUSTED: Setting = Setting {
    name: "proxy.trusted",
    kind: Kind::Text {
        rule: "a list of IP addresses and networks, such as [\"10.0.0.0/8\", \"::1\"], or as one text with commas between them; not every address",
    },
    default: Some(""),
    example: None,
    secret: false,
    doc: "The proxies whose `X-Forwarded-For` is believed. From all others that header is ignored, \
          since anybody can write it. Failed authentications are throttled by the client's address, \
          and the audit trail names it; behind a proxy that is not named here, all clients have the \
          proxy's address. Each proxy must write the header itself or add to it.",
};

/// The proxies in front of grantd.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProxySettings {
    /// Those whose word is believed.
    pub trusted: Vec<IpNet>,
}

impl ProxySettings {
    /// Whether this address is a trusted proxy's.
    pub fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.trusted
            .iter()
            .any(|network| network.contains(&address))
    }

    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        Some(Self {
            trusted: reader.list(&TRUSTED, network)?,
        })
    }
}

/// `10.0.0.0/8`, or one address. Not the whole of either address space: then everybody could say to be
/// anybody.
fn network(text: &str) -> Option<IpNet> {
    let network = text
        .parse()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    network
        .ok()
        .filter(|network: &IpNet| network.prefix_len() > 0)
}
