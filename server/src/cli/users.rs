//! `grantd users`

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::error::CliError;
use super::paging::every;
use super::place::PlaceArgs;
use super::{organizations, output};
use crate::app::authority::Authority;
use crate::app::{App, agents, users};
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
