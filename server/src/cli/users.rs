//! `grantd users`

use chrono::SecondsFormat;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::error::CliError;
use super::paging::every;
use super::place::PlaceArgs;
use super::{organizations, output};
use crate::app::authority::Authority;
use crate::app::one_time_links::{Invitation, WithText};
use crate::app::{App, agents, one_time_links, second_factor, users};
use crate::domain::ids::UserId;
use crate::domain::secret::Secret;
use crate::domain::text::Email;
use crate::domain::user::{Membership, Role, User};

/// Arguments of `users`.
#[derive(Debug, Args)]
pub struct UsersArgs {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    place: PlaceArgs,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Create a user and print the password, this one time
    Create(CreateArgs),
    /// List users
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show a user with the roles that it has
    Show {
        /// Id or email address
        user: String,
    },
    /// Give a user another password and print it, this one time
    SetPassword {
        /// Id or email address
        user: String,
    },
    /// Give a person a place in an organization, and print the link with which the person sets the
    /// first password
    Invite(InviteArgs),
    /// Print a link with which a person sets another password; it is good for an hour
    ResetPassword {
        /// Id or email address
        user: String,
    },
    /// Take away the second factor of a person who has lost it, recovery codes included
    ResetSecondFactor {
        /// Id or email address
        user: String,
    },
    /// Remove a user; credentials that the user made stay with their organization
    Remove {
        /// Id or email address
        user: String,
    },
}

#[derive(Debug, Args)]
struct CreateArgs {
    /// Email address, with which the user signs in
    email: Email,
    /// Runs this grantd, over all organizations
    #[arg(long)]
    operator: bool,
    /// Id or short name of an organization that the user becomes a member of
    #[arg(long, requires = "role")]
    organization: Option<String>,
    /// Role there: `org_admin`, `agent_admin` or `member`
    #[arg(long, requires = "organization")]
    role: Option<Role>,
    /// Id or short name of an agent that an `agent_admin` administers; may be repeated
    #[arg(long = "agent", requires = "organization")]
    agents: Vec<String>,
}

#[derive(Debug, Args)]
struct InviteArgs {
    /// Email address, with which the person signs in
    #[arg(long)]
    email: Email,
    /// Id or short name of the organization
    #[arg(long)]
    organization: String,
    /// Role there: `org_admin`, `agent_admin` or `member`
    #[arg(long)]
    role: Role,
    /// Id or short name of an agent that an `agent_admin` administers; may be repeated
    #[arg(long = "agent")]
    agents: Vec<String>,
}

/// Runs the action.
///
/// # Errors
/// [`CliError`].
pub async fn run(args: UsersArgs) -> Result<(), CliError> {
    let app = args.place.open().await?;
    match args.action {
        Action::Create(args) => create(&app, args).await,
        Action::List { json } => {
            let all = every(
                |user: &User| user.id.0,
                async |page| users::list(&app, &page).await,
            )
            .await?;
            let columns = [
                ("ID", "id"),
                ("EMAIL", "email"),
                ("OPERATOR", "operator"),
                ("CREATED", "created_at"),
            ];
            output::print_list(json, &columns, &all.iter().map(view).collect::<Vec<_>>())
        }
        Action::Show { user } => {
            let user = users::find(&app, &user).await?;
            let memberships = users::memberships(&app, user.id).await?;
            let mut shown = view(&user);
            shown["memberships"] = memberships.iter().map(membership_view).collect();
            output::print_json(&shown)
        }
        Action::SetPassword { user } => {
            let user = users::find(&app, &user).await?;
            let password = users::generate_password(&app);
            users::set_password(&app, &Authority::Command, &user, &password).await?;
            let lost = format!(
                "The new password of {email} is lost: run 'grantd users set-password {email}' again.",
                email = user.email,
            );
            print_password(&user, &password, &lost)
        }
        Action::Invite(args) => invite(&app, args).await,
        Action::ResetPassword { user } => {
            let user = users::find(&app, &user).await?;
            let id = one_time_links::new_id(&app);
            let made = one_time_links::reset_any(&app, &Authority::Command, &user, id).await?;
            print_link(&user, &made)
        }
        Action::ResetSecondFactor { user } => {
            let user = users::find(&app, &user).await?;
            Ok(second_factor::reset(&app, &Authority::Command, &user).await?)
        }
        Action::Remove { user } => {
            let user = users::find(&app, &user).await?;
            Ok(users::delete(&app, &Authority::Command, user.id).await?)
        }
    }
}

async fn create(app: &App, args: CreateArgs) -> Result<(), CliError> {
    let membership = match (&args.organization, args.role) {
        (Some(organization), Some(role)) => {
            Some(membership(app, organization, role, &args.agents).await?)
        }
        _ => None,
    };
    let password = users::generate_password(app);
    let user = users::create(
        app,
        &Authority::Command,
        args.email,
        args.operator,
        &password,
        membership,
    )
    .await?;
    let lost = output::lost_password(&user.email, "create it again");
    print_password(&user, &password, &lost)
}

async fn invite(app: &App, args: InviteArgs) -> Result<(), CliError> {
    let place = membership(app, &args.organization, args.role, &args.agents).await?;
    let new = Invitation {
        email: args.email,
        role: place.role,
        agents: place.agents,
    };
    let id = one_time_links::new_id(app);
    let organization = place.organization_id;
    let invited = one_time_links::invite(app, &Authority::Command, organization, new, id).await?;
    let user = &invited.member.user;
    if let Some(link) = &invited.link {
        return print_link(user, link);
    }
    output::print(&format!("user    {} ({})\n", user.email, user.id))?;
    output::hint("The person has an account with a password already, so there is no link.");
    Ok(())
}

fn print_link(user: &User, made: &WithText) -> Result<(), CliError> {
    let text = format!(
        "user    {} ({})\nlink    {}\nends    {}\n",
        user.email,
        user.id,
        made.text.expose(),
        made.link
            .expires_at
            .to_rfc3339_opts(SecondsFormat::Secs, true),
    );
    let lost = format!(
        "The link is lost: run 'grantd users reset-password {}' for another.",
        user.email
    );
    output::print_secret(&text, &lost)?;
    output::hint(
        "The link is shown this one time, and good once. Whoever has it can set the password: hand it to the person alone.",
    );
    Ok(())
}

fn print_password(user: &User, password: &Secret, lost: &str) -> Result<(), CliError> {
    let text = format!(
        "user      {} ({})\npassword  {}\n",
        user.email,
        user.id,
        password.expose()
    );
    output::print_secret(&text, lost)?;
    output::hint("The password is shown this one time.");
    Ok(())
}

async fn membership(
    app: &App,
    organization: &str,
    role: Role,
    references: &[String],
) -> Result<Membership, CliError> {
    if (role == Role::AgentAdmin) == references.is_empty() {
        return Err(CliError::usage(
            "--agent names what an agent_admin administers: give at least one with that role, and none with another.",
        ));
    }
    let organization = organizations::find(app, organization).await?;
    let mut agents = Vec::with_capacity(references.len());
    for reference in references {
        agents.push(
            agents::find(app, &Authority::Command, organization.id, reference)
                .await?
                .id,
        );
    }
    Ok(Membership {
        // The user has no id yet; creating it puts it here.
        user_id: UserId(uuid::Uuid::nil()),
        organization_id: organization.id,
        role,
        agents,
    })
}

fn view(user: &User) -> Value {
    json!({
        "id": user.id,
        "email": user.email,
        "operator": user.operator,
        "created_at": user.created_at,
    })
}

fn membership_view(membership: &Membership) -> Value {
    json!({
        "organization_id": membership.organization_id,
        "role": membership.role,
        "agents": membership.agents,
    })
}
