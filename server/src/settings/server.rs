//! What grantd is called and where it listens.

use std::net::SocketAddr;

use super::reader::Reader;
use super::registry::{Kind, Setting};
use crate::domain::issuer::Issuer;

pub(super) const ISSUER: Setting = Setting {
    name: "issuer",
    kind: Kind::Text {
        rule: "an https:// URL without user name, query, fragment and trailing slash",
    },
    default: None,
    example: Some("https://auth.example.com"),
    secret: false,
    doc: "The URL under which clients reach grantd. It stands in every token (`iss`) and in the \
          metadata, and it is the identifier of the management API. It may have a path \
          (`https://auth.example.com/grantd`). `http://` is accepted for `localhost`, \
          `127.0.0.0/8` and `[::1]` alone. Changing it makes every token issued before invalid.",
};

pub(super) const LISTEN: Setting = Setting {
    name: "listen",
    kind: Kind::Text {
        rule: "an IP address and a port, such as 127.0.0.1:8080 or [::]:8080",
    },
    default: Some("127.0.0.1:8080"),
    example: None,
    secret: false,
    doc: "The address that the HTTP server listens on. Port 0 takes any free port.",
};

pub(super) fn issuer(reader: &mut Reader) -> Option<Issuer> {
    reader.parsed(&ISSUER, Issuer::parse)
}

pub(super) fn listen(reader: &mut Reader) -> Option<SocketAddr> {
    reader.chosen(&LISTEN, |text| text.parse().ok())
}
