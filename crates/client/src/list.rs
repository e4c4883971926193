//! `vigie list`: many things, page by page.

mod credit;

use api::{
    Money,
    invoicing::{
        ListAccountsRequest, ListOpenItemsRequest, invoicing_service_client::InvoicingServiceClient,
    },
    risk::{Grade, ListScoresRequest, score_service_client::ScoreServiceClient},
    tenant::{ListTenantsRequest, tenant_service_client::TenantServiceClient},
};
use chrono::NaiveDate;
use money::{Currency, Money as Amount};

use super::{
    Trouble, alerts,
    answers::{date, number, of_when, open_items, plain, unless_zero},
    asked::{self, Asked},
    assign, collection, dunning,
    figures::grouped,
    get::score::{letter, share},
    hedge,
    paper::{Cell, Paper, Sheet, Tone},
};

/// Many things.
#[derive(Debug, clap::Args)]
pub struct List {
    #[command(flatten)]
    asked: Asked,
    /// At most so many
    #[arg(long, default_value_t = 50, global = true)]
    limit: u32,
    /// In which order, such as `open_amount desc`
    #[arg(long, value_name = "KEYS", global = true)]
    order_by: Option<String>,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Receivables that are not fully settled
    OpenItems {
        /// Of one customer
        #[arg(long)]
        customer: Option<String>,
        /// In one currency
        #[arg(long)]
        currency: Option<String>,
        /// Only what is late
        #[arg(long)]
        overdue: bool,
        /// Only what is contested
        #[arg(long)]
        disputed: bool,
        /// Due on this day or later
        #[arg(long, value_parser = events::date::parse)]
        due_from: Option<NaiveDate>,
        /// Due on this day or earlier
        #[arg(long, value_parser = events::date::parse)]
        due_to: Option<NaiveDate>,
        /// At least this much, such as "100.00 EUR"
        #[arg(long, value_parser = stated_amount)]
        at_least: Option<Money>,
        /// Only those whose terms go beyond the law
        #[arg(long)]
        terms_too_long: bool,
    },
    /// Customers and how they stand
    Accounts {
        /// In one currency
        #[arg(long)]
        currency: Option<String>,
        /// Only with something late
        #[arg(long)]
        overdue: bool,
        /// Only of this segment
        #[arg(long)]
        segment: Option<String>,
        /// Only of this group
        #[arg(long)]
        parent: Option<String>,
    },
    /// Customers by how likely they are to pay
    Scores {
        /// Only of these grades, such as D,E
        #[arg(long, value_delimiter = ',', value_name = "GRADE,…")]
        grades: Vec<String>,
        /// Only those a person should have looked at by now
        #[arg(long)]
        review_overdue: bool,
    },
    /// Orders that were not closed, those that have waited longest first
    Orders {
        /// Of one customer
        #[arg(long)]
        customer: Option<String>,
        /// Only those that are held
        #[arg(long)]
        held: bool,
    },
    /// Credit limits
    Limits {
        /// Of one customer
        #[arg(long)]
        customer: Option<String>,
        /// Only those that wait for a second person
        #[arg(long)]
        requested: bool,
    },
    /// Guarantees
    Guarantees {
        /// Of one customer
        #[arg(long)]
        customer: Option<String>,
        /// Only those that count
        #[arg(long)]
        in_force: bool,
        /// Only those that end by this day
        #[arg(long, value_parser = events::date::parse)]
        until: Option<NaiveDate>,
    },
    /// What a person should look at
    Alerts {
        #[command(flatten)]
        which: alerts::Which,
        /// Those that are over, not those that hold
        #[arg(long)]
        cleared: bool,
    },
    /// Reminders, those on their way and those that were sent
    Reminders(dunning::Reminders),
    /// What persons have to do about late payers, the most pressing first
    Worklist(dunning::Worklist),
    /// What persons have to do about cases and collectors, the most pressing first
    CollectionWorklist(collection::Work),
    /// What is collected by other means than reminders, and is not at its end
    Cases(collection::Cases),
    /// What was given to collectors
    Placements(collection::Placements),
    /// What credit insurers were asked to pay, and what came of it
    InsuranceClaims(collection::Claims),
    /// Rights that are about to lapse, the nearest last day first
    Rights(collection::Rights),
    /// Receivables that are assigned, or offered, to factors and banks
    Assignments(assign::Assignments),
    /// Hedges of currencies and markets, those that mature first first
    Hedges(hedge::Hedges),
    /// Companies that are owed
    Tenants,
}

/// What a server gives in one page at most.
const PAGE_MAX: u32 = 1_000;

impl List {
    /// Asks until there are enough, and writes the answer.
    pub async fn run(&self) -> Result<String, Trouble> {
        let paper = match &self.what {
            What::OpenItems { .. } => self.open_items().await?,
            What::Accounts { .. } => self.accounts().await?,
            What::Scores { grades, review_overdue } => self.scores(grades, *review_overdue).await?,
            What::Orders { customer, held } => self.orders(customer.as_deref(), *held).await?,
            What::Limits { customer, requested } => {
                self.limits(customer.as_deref(), *requested).await?
            }
            What::Guarantees { customer, in_force, until } => {
                self.guarantees(customer.as_deref(), *in_force, *until).await?
            }
            What::Alerts { which, cleared } => {
                alerts::list(&self.asked, which, *cleared, |have| self.page(have)).await?
            }
            What::Reminders(which) => {
                dunning::list(&self.asked, which, |have| self.page(have)).await?
            }
            What::Worklist(which) => {
                dunning::worklist(&self.asked, which, |have| self.page(have)).await?
            }
            What::CollectionWorklist(which) => {
                collection::work(&self.asked, which, |have| self.page(have)).await?
            }
            What::Cases(which) => {
                collection::list(&self.asked, which, |have| self.page(have)).await?
            }
            What::Placements(which) => {
                collection::placements(&self.asked, which, |have| self.page(have)).await?
            }
            What::InsuranceClaims(which) => {
                collection::claims(&self.asked, which, |have| self.page(have)).await?
            }
            What::Rights(which) => {
                collection::rights(&self.asked, which, |have| self.page(have)).await?
            }
            What::Assignments(which) => {
                assign::list(&self.asked, which, |have| self.page(have)).await?
            }
            What::Hedges(which) => hedge::list(&self.asked, which, |have| self.page(have)).await?,
            What::Tenants => self.tenants().await?,
        };
        Ok(paper.write(self.asked.output))
    }

    fn page(&self, have: usize) -> i32 {
        let have = u32::try_from(have).unwrap_or(u32::MAX);
        let size = self.limit.saturating_sub(have).min(PAGE_MAX);
        i32::try_from(size).unwrap_or(i32::MAX)
    }

    async fn open_items(&self) -> Result<Paper, Trouble> {
        let What::OpenItems {
            customer,
            currency,
            overdue,
            disputed,
            due_from,
            due_to,
            at_least,
            terms_too_long,
        } = &self.what
        else {
            return Ok(Paper::default());
        };
        let mut client = InvoicingServiceClient::new(self.asked.reach.connect(false).await?);
        let mut request = ListOpenItemsRequest {
            tenant_id: self.asked.tenant()?,
            as_of: self.asked.as_of(),
            min_position: self.asked.min_position.clone(),
            page_size: self.page(0),
            page_token: String::new(),
            order_by: self.order_by.clone().unwrap_or_default(),
            customer_id: customer.clone().unwrap_or_default(),
            currency_code: currency.clone().unwrap_or_default(),
            overdue_only: *overdue,
            disputed_only: *disputed,
            due_date_min: due_from.map(asked::date),
            due_date_max: due_to.map(asked::date),
            open_amount_min: at_least.clone(),
            terms_too_long_only: *terms_too_long,
        };
        let mut items = Vec::new();
        let last = loop {
            let page = client.list_open_items(request.clone()).await?.into_inner();
            items.extend(page.open_items.iter().cloned());
            request.page_token.clone_from(&page.next_page_token);
            if page.next_page_token.is_empty() || self.page(items.len()) == 0 {
                break page;
            }
        };
        let totals: Vec<_> = last
            .total_open_amounts
            .iter()
            .map(|it| format!("{} {}", super::figures::group(&plain(it)), it.currency_code))
            .collect();
        let mut paper = Paper::new(shown(items.len(), last.total_size, "open items"));
        paper.fact("total_open", totals.join(", "));
        of_when(&mut paper, last.effective_date.as_ref(), last.position.as_ref());
        paper.sheet(open_items(&items));
        Ok(paper)
    }

    async fn accounts(&self) -> Result<Paper, Trouble> {
        let What::Accounts { currency, overdue, segment, parent } = &self.what else {
            return Ok(Paper::default());
        };
        let mut client = InvoicingServiceClient::new(self.asked.reach.connect(false).await?);
        let mut request = ListAccountsRequest {
            tenant_id: self.asked.tenant()?,
            as_of: self.asked.as_of(),
            min_position: self.asked.min_position.clone(),
            page_size: self.page(0),
            page_token: String::new(),
            order_by: self.order_by.clone().unwrap_or_default(),
            currency_code: currency.clone().unwrap_or_default(),
            overdue_only: *overdue,
            segment: segment.clone().unwrap_or_default(),
            parent_id: parent.clone().unwrap_or_default(),
            conversion: None,
        };
        let mut accounts = Vec::new();
        let last = loop {
            let page = client.list_accounts(request.clone()).await?.into_inner();
            accounts.extend(page.accounts.iter().cloned());
            request.page_token.clone_from(&page.next_page_token);
            if page.next_page_token.is_empty() || self.page(accounts.len()) == 0 {
                break page;
            }
        };
        let columns = [
            "customer_id",
            "name",
            "segment",
            "currency",
            "open",
            "overdue",
            "days_past_due_max",
            "disputed",
            "unallocated_cash",
            "open_items",
        ];
        let mut sheet = Sheet::new("accounts", "", &columns);
        for account in &accounts {
            let start = || {
                [&account.customer_id, &account.name, &account.segment].map(|it| it.as_str().into())
            };
            if account.balances.is_empty() {
                sheet.row(Tone::Plain, start().into_iter().chain([const { Cell::Nothing }; 7]));
            }
            for it in &account.balances {
                let late = it.overdue_item_count > 0;
                let balance = [
                    it.currency_code.as_str().into(),
                    number(it.open_amount.as_ref()),
                    unless_zero(it.overdue_amount.as_ref()),
                    if late { it.days_past_due_max.into() } else { Cell::Nothing },
                    unless_zero(it.disputed_amount.as_ref()),
                    unless_zero(it.unallocated_cash_amount.as_ref()),
                    it.open_item_count.into(),
                ];
                let tone = if late { Tone::Alarming } else { Tone::Plain };
                sheet.row(tone, start().into_iter().chain(balance));
            }
        }
        let mut paper = Paper::new(shown(accounts.len(), last.total_size, "accounts"));
        of_when(&mut paper, last.effective_date.as_ref(), last.position.as_ref());
        paper.sheet(sheet);
        Ok(paper)
    }

    async fn scores(&self, grades: &[String], review_overdue_only: bool) -> Result<Paper, Trouble> {
        let grades = grades.iter().map(|it| {
            let name = format!("GRADE_{}", it.trim().to_uppercase());
            let grade = Grade::from_str_name(&name).filter(|it| *it != Grade::Unspecified);
            grade
                .map(i32::from)
                .ok_or_else(|| Trouble::Usage(format!("`{it}` is no grade: A to E")))
        });
        let mut client = ScoreServiceClient::new(self.asked.reach.connect(false).await?);
        let mut request = ListScoresRequest {
            tenant_id: self.asked.tenant()?,
            as_of: self.asked.as_of(),
            min_position: self.asked.min_position.clone(),
            page_size: self.page(0),
            page_token: String::new(),
            order_by: self.order_by.clone().unwrap_or_else(|| "points".to_owned()),
            grades: grades.collect::<Result<_, _>>()?,
            review_overdue_only,
        };
        let mut lines = Vec::new();
        let position = loop {
            let page = client.list_scores(request.clone()).await?.into_inner();
            lines.extend(page.scores);
            request.page_token = page.next_page_token;
            if request.page_token.is_empty() || self.page(lines.len()) == 0 {
                break page.position;
            }
        };
        let columns = [
            "customer_id",
            "grade",
            "since",
            "before",
            "points",
            "late",
            "late_over_30_days",
            "expected_days_late",
        ];
        let mut sheet = Sheet::new("scores", "", &columns);
        for it in &lines {
            let chances = it.chances.unwrap_or_default();
            let bad = matches!(Grade::try_from(it.grade), Ok(Grade::D | Grade::E));
            let tone = if bad { Tone::Alarming } else { Tone::Plain };
            sheet.row(
                tone,
                [
                    it.customer_id.as_str().into(),
                    letter(it.grade),
                    date(it.grade_since_date.as_ref()),
                    letter(it.previous_grade),
                    it.points.into(),
                    share(chances.late),
                    share(chances.late30),
                    Cell::Number(format!("{:.1}", chances.days)),
                ],
            );
        }
        let mut paper = Paper::new(format!("{} customers", lines.len()));
        of_when(&mut paper, None, position.as_ref());
        paper.sheet(sheet);
        Ok(paper)
    }

    async fn tenants(&self) -> Result<Paper, Trouble> {
        let mut client = TenantServiceClient::new(self.asked.reach.connect(false).await?);
        let mut request = ListTenantsRequest { page_size: self.page(0), page_token: String::new() };
        let mut sheet = Sheet::new("tenants", "", &["tenant_id", "partitions"]);
        let mut have = 0;
        loop {
            let page = client.list_tenants(request.clone()).await?.into_inner();
            for tenant in page.tenants {
                have += 1;
                let partitions = Cell::Number(tenant.partitions.to_string());
                sheet.row(Tone::Plain, [tenant.tenant_id.into(), partitions]);
            }
            request.page_token = page.next_page_token;
            if request.page_token.is_empty() || self.page(have) == 0 {
                break;
            }
        }
        let mut paper = Paper::default();
        paper.sheet(sheet);
        Ok(paper)
    }
}

/// How many are shown of how many there are.
fn shown(have: usize, total: i64, what: &str) -> String {
    let have = u64::try_from(have).unwrap_or(u64::MAX);
    let total = u64::try_from(total).unwrap_or_default().max(have);
    if have == total {
        format!("{} {what}", grouped(total))
    } else {
        format!("{} of {} {what}", grouped(have), grouped(total))
    }
}

/// `100.00 EUR`.
pub(super) fn stated_amount(text: &str) -> Result<Money, String> {
    let (amount, currency) = text
        .split_once(' ')
        .ok_or_else(|| format!("`{text}` is no amount: write it with its currency, 100.00 EUR"))?;
    let currency: Currency = currency.trim().parse().map_err(|error| format!("{error}"))?;
    let amount = Amount::parse(amount.trim(), currency).map_err(|error| error.to_string())?;
    let scale = 10_i64.pow(u32::from(currency.minor_units()));
    let (units, rest) = (amount.minor() / scale, amount.minor() % scale);
    let nanos = i32::try_from(rest * (1_000_000_000 / scale)).unwrap_or_default();
    Ok(Money { currency_code: currency.code().to_owned(), units, nanos })
}
