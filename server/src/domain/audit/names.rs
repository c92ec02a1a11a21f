//! The words of the audit trail. They are stored and shown, so none of them ever changes.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{Object, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

macro_rules! named {
    ($(#[doc = $doc:literal])* $name:ident { $($(#[$about:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
        pub enum $name {
            $($(#[$about])* #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// Every one there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name as stored.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        // A derived schema would show the names of the variants: it cannot read a macro's literals.
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                Object::builder()
                    .schema_type(Type::String)
                    .description(Some(concat!($($doc),*).trim()))
                    .enum_values(Some(Self::ALL.iter().map(|name| name.as_str())))
                    .into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }
    };
}

named!(
    /// What was done.
    Action {
        /// An organization was made.
        OrganizationCreated = "organization.created",
        /// An organization was renamed, or its limits changed.
        OrganizationUpdated = "organization.updated",
        /// An organization was removed with all that it owned.
        OrganizationDeleted = "organization.deleted",
        /// An agent was made.
        AgentCreated = "agent.created",
        /// An agent was renamed.
        AgentUpdated = "agent.updated",
        /// An agent was removed.
        AgentDeleted = "agent.deleted",
        /// A user was made.
        UserCreated = "user.created",
        /// A user was given a new password.
        UserPasswordSet = "user.password_set",
        /// A user was removed.
        UserDeleted = "user.deleted",
        /// A user signed in.
        UserSignedIn = "user.signed_in",
        /// Somebody gave a wrong password for a user.
        UserSignInFailed = "user.sign_in_failed",
        /// A user signed out.
        UserSignedOut = "user.signed_out",
        /// A user was signed out everywhere, or everywhere but in one place.
        UserSignedOutEverywhere = "user.signed_out_everywhere",
        /// A user was given a place in an organization.
        MemberAdded = "member.added",
        /// A user's place in an organization was changed.
        MemberUpdated = "member.updated",
        /// A user's place in an organization was taken away.
        MemberRemoved = "member.removed",
        /// A resource server was made.
        ResourceServerCreated = "resource_server.created",
        /// A resource server was changed.
        ResourceServerUpdated = "resource_server.updated",
        /// A resource server was removed.
        ResourceServerDeleted = "resource_server.deleted",
        /// A credential was made.
        CredentialCreated = "credential.created",
        /// A credential was renamed, described, limited, or its end moved.
        CredentialUpdated = "credential.updated",
        /// A credential is refused until it is enabled.
        CredentialDisabled = "credential.disabled",
        /// A disabled credential is accepted again.
        CredentialEnabled = "credential.enabled",
        /// A credential is refused for good.
        CredentialRevoked = "credential.revoked",
        /// A credential was given another secret.
        SecretRotated = "secret.rotated",
        /// A secret was deleted before its end.
        SecretDeleted = "secret.deleted",
        /// A signing key was made.
        SigningKeyCreated = "signing_key.created",
        /// The times of a signing key were moved.
        SigningKeyUpdated = "signing_key.updated",
        /// A signing key began to sign.
        SigningKeyActivated = "signing_key.activated",
        /// A signing key signs no more, and is still published.
        SigningKeyRetiring = "signing_key.retiring",
        /// A signing key left the JWKS by schedule.
        SigningKeyRetired = "signing_key.retired",
        /// A signing key was taken out of the JWKS by hand.
        SigningKeyRevoked = "signing_key.revoked",
    }
);

/// The text names no action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an action such as credential.created")]
pub struct UnknownAction;

impl FromStr for Action {
    type Err = UnknownAction;

    fn from_str(text: &str) -> Result<Self, UnknownAction> {
        Self::ALL
            .iter()
            .copied()
            .find(|action| action.as_str() == text)
            .ok_or(UnknownAction)
    }
}

named!(
    /// Who did it.
    ActorKind {
        /// Somebody at the machine itself.
        Command = "command",
        /// A program, by its credential.
        Credential = "credential",
        /// A person.
        User = "user",
        /// grantd by itself.
        System = "system",
    }
);

named!(
    /// What it was done to.
    TargetKind {
        /// An organization, by id.
        Organization = "organization",
        /// An agent, by id.
        Agent = "agent",
        /// A user, or a user's place in an organization, by the user's id.
        User = "user",
        /// A resource server, by id.
        ResourceServer = "resource_server",
        /// A credential, by id.
        Credential = "credential",
        /// A signing key, by kid.
        SigningKey = "signing_key",
    }
);

/// The text names no kind of thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be organization, agent, user, resource_server, credential or signing_key")]
pub struct UnknownTargetKind;

impl FromStr for TargetKind {
    type Err = UnknownTargetKind;

    fn from_str(text: &str) -> Result<Self, UnknownTargetKind> {
        let mut all = Self::ALL.iter().copied();
        all.find(|kind| kind.as_str() == text)
            .ok_or(UnknownTargetKind)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn an_action_is_read_by_its_name_alone() {
        for action in Action::ALL {
            assert_eq!(action.as_str().parse(), Ok(*action));
        }
        for kind in TargetKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(*kind));
            // The rule names each.
            assert!(
                UnknownTargetKind.to_string().contains(kind.as_str()),
                "{kind}"
            );
        }
        assert_eq!("Agent".parse::<TargetKind>(), Err(UnknownTargetKind));
        let names: BTreeSet<_> = Action::ALL.iter().map(|action| action.as_str()).collect();
        assert_eq!(names.len(), Action::ALL.len());
        for other in [
            "",
            "credential",
            "Credential.created",
            "credential.created ",
        ] {
            assert_eq!(other.parse::<Action>(), Err(UnknownAction));
        }
    }
}
