//! What stands around the content of every page of the console: header, navigation, menus.

/// The frame of a page for somebody who has signed in (`console/layout.html`).
///
/// It has no `Debug`, since it carries the session's token against forged requests.
pub struct Shell {
    /// The nonce of this response's Content-Security-Policy.
    pub nonce: String,
    /// The session's token against forged requests, for the form that signs out.
    pub csrf_token: String,
    /// The path of the issuer, `/auth` or mostly empty. Every link of the console begins with it.
    pub prefix: String,
    /// The version of stylesheet and script. It stands in their addresses, so that browsers may
    /// keep them for long.
    pub assets: String,
    /// Who is signed in.
    pub user_email: String,
    /// Whether the person operates this server, and so is shown its pages.
    pub operator: bool,
    /// The organizations that the person may switch to, by name.
    pub organizations: Vec<ShellOrganization>,
    /// The organization that the page is about. Without one its part of the navigation is left out.
    pub organization: Option<CurrentOrganization>,
    /// Which entry of the navigation the page belongs to; see the constants of [`section`].
    pub section: &'static str,
    /// What was done just now, as one sentence.
    pub flash: Option<String>,
}

/// The frame of a page for somebody who has not signed in (`console/bare.html`).
pub struct BareShell {
    /// As in [`Shell::nonce`].
    pub nonce: String,
    /// As in [`Shell::prefix`].
    pub prefix: String,
    /// As in [`Shell::assets`].
    pub assets: String,
    /// As in [`Shell::flash`].
    pub flash: Option<String>,
}

/// An entry of the menu that switches organizations.
pub struct ShellOrganization {
    /// The name, as people know it.
    pub name: String,
    /// The name in addresses.
    pub slug: String,
    /// Whether it is the one that the page is about.
    pub current: bool,
}

/// The organization that a page is about.
pub struct CurrentOrganization {
    /// The name, as people know it.
    pub name: String,
    /// The name in addresses.
    pub slug: String,
}

/// The values of [`Shell::section`].
pub mod section {
    /// An organization at a glance.
    pub const OVERVIEW: &str = "overview";
    /// OAuth clients of an organization.
    pub const CREDENTIALS: &str = "credentials";
    /// API keys of an organization.
    pub const KEYS: &str = "keys";
    /// Agents of an organization.
    pub const AGENTS: &str = "agents";
    /// Members of an organization.
    pub const MEMBERS: &str = "members";
    /// Usage of an organization.
    pub const USAGE: &str = "usage";
    /// Audit trail of an organization.
    pub const AUDIT: &str = "audit";
    /// All organizations.
    pub const ORGANIZATIONS: &str = "organizations";
    /// All users.
    pub const USERS: &str = "users";
    /// Resource servers and their scopes.
    pub const RESOURCE_SERVERS: &str = "resource-servers";
    /// Signing keys.
    pub const SIGNING_KEYS: &str = "signing-keys";
    /// The audit trail of the whole server.
    pub const WHOLE_AUDIT: &str = "whole-audit";
    /// The health page.
    pub const HEALTH: &str = "health";
    /// The person's own account, which is in the user menu only.
    pub const ACCOUNT: &str = "account";
}
