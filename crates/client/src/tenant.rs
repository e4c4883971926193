//! `vigie tenant`: companies that are owed.

use api::tenant::{
    CreateTenantRequest, OpenDayRequest, tenant_service_client::TenantServiceClient,
};
use chrono::NaiveDate;
use events::TenantId;

use super::{
    Reach, Trouble,
    answers::position,
    asked,
    paper::{Form, Paper},
};

/// Companies that are owed.
#[derive(Debug, clap::Args)]
pub struct Tenant {
    #[command(flatten)]
    reach: Reach,
    /// In which form
    #[arg(long, short, value_enum, default_value_t, value_name = "FORM", global = true)]
    output: Form,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Make a tenant and its journals; the same again changes nothing
    Create {
        /// 1 to 24 of a-z 0-9 _ -
        tenant: TenantId,
        /// How many journals it has, for ever: 1 is right up to some millions of open invoices
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
        partitions: u16,
    },
    /// Open a business day by hand, where the clock does not do it by itself
    OpenDay {
        /// Whose
        tenant: TenantId,
        /// Which; days only go forward
        #[arg(value_parser = events::date::parse)]
        date: NaiveDate,
    },
}

impl Tenant {
    /// Does it, and says what was done.
    pub async fn run(&self) -> Result<String, Trouble> {
        let mut client = TenantServiceClient::new(self.reach.connect(false).await?);
        let mut paper = Paper::default();
        match &self.what {
            What::Create { tenant, partitions } => {
                let (tenant_id, partitions) = (tenant.to_string(), u32::from(*partitions));
                let request = CreateTenantRequest { tenant_id, partitions };
                let made = client.create_tenant(request).await?.into_inner();
                paper.fact("tenant", tenant.to_string());
                paper.fact("new", made.changed);
                paper.fact("position", position(made.position.as_ref()));
            }
            What::OpenDay { tenant, date } => {
                let (tenant_id, day) = (tenant.to_string(), Some(asked::date(*date)));
                let request = OpenDayRequest { tenant_id, date: day };
                let opened = client.open_day(request).await?.into_inner();
                paper.fact("date", date.to_string());
                paper.fact("new", opened.changed);
                paper.fact("position", position(opened.position.as_ref()));
            }
        }
        Ok(paper.write(self.output))
    }
}
