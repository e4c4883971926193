//! Who buys: invented companies in six countries, each with its habit of paying.

use law::Terms;
use serde_json::{Value, json};

use super::dice::Dice;

/// A country, as far as invoices need one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Country {
    pub(super) code: &'static str,
    pub(super) currency: &'static str,
    language: &'static str,
    /// In thousandths of the net.
    pub(super) tax: i64,
    trades: &'static [&'static str],
    places: &'static [&'static str],
    towns: &'static [&'static str],
    /// As people there write them.
    terms: &'static [&'static str],
    /// How the trade and the place make a name.
    form: &'static str,
}

const FRANCE: Country = Country {
    code: "FR",
    currency: "EUR",
    language: "fr",
    tax: 200,
    trades: &[
        "Menuiserie",
        "Imprimerie",
        "Boulangerie",
        "Scierie",
        "Fonderie",
        "Papeterie",
        "Brasserie",
        "Chaudronnerie",
        "Serrurerie",
        "Garage",
        "Miroiterie",
        "Cartonnerie",
        "Laiterie",
    ],
    places: &[
        "du Lac",
        "des Alpes",
        "du Vieux Port",
        "de la Gare",
        "du Marais",
        "des Deux Rives",
        "du Plateau",
        "de l'Estuaire",
        "des Remparts",
        "du Canal",
        "de la Dune",
        "des Cimes",
    ],
    towns: &["69007 Lyon", "33000 Bordeaux", "44000 Nantes", "67000 Strasbourg", "59000 Lille"],
    terms: &["30 j", "45 j fin de mois", "60 j", "30 j fin de mois", "30 j le 10"],
    form: "",
};

const GERMANY: Country = Country {
    code: "DE",
    currency: "EUR",
    language: "de",
    tax: 190,
    trades: &[
        "Schreinerei",
        "Druckerei",
        "Spedition",
        "Brauerei",
        "Gießerei",
        "Mühle",
        "Werkstatt",
        "Glaserei",
        "Sägewerk",
        "Molkerei",
        "Schlosserei",
        "Ziegelei",
    ],
    places: &[
        "Nordlicht",
        "am Markt",
        "Isartal",
        "Hafenblick",
        "Sonnenhang",
        "an der Brücke",
        "Seestern",
        "Eichenhain",
        "Moorland",
        "Dreiländereck",
        "Talblick",
        "Silberbach",
    ],
    towns: &["80331 München", "20095 Hamburg", "50667 Köln", "04109 Leipzig", "70173 Stuttgart"],
    terms: &["30 Tage netto", "14 Tage", "60 Tage netto"],
    form: " GmbH",
};

const BRITAIN: Country = Country {
    code: "GB",
    currency: "GBP",
    language: "en",
    tax: 200,
    trades: &[
        "Joinery",
        "Printing",
        "Logistics",
        "Brewery",
        "Foundry",
        "Glassworks",
        "Bakery",
        "Engineering",
        "Packaging",
        "Textiles",
        "Ceramics",
        "Timber",
    ],
    places: &[
        "Harbour",
        "Northgate",
        "Millbrook",
        "Eastfield",
        "Stonebridge",
        "Riverside",
        "Highmoor",
        "Oakfield",
        "Lighthouse",
        "Westmere",
        "Copperhill",
        "Fernside",
    ],
    towns: &["Leeds LS1", "Bristol BS1", "Glasgow G2", "Norwich NR1", "Cardiff CF10"],
    terms: &["net 30", "net 60", "net 14", "30 days end of month"],
    form: " Ltd",
};

const SWITZERLAND: Country = Country {
    code: "CH",
    currency: "CHF",
    language: "de",
    tax: 81,
    trades: &[
        "Holzbau",
        "Druck",
        "Käserei",
        "Apparatebau",
        "Metallbau",
        "Gartenbau",
        "Feinmechanik",
    ],
    places: &["Bergblick", "Seefeld", "Rheinufer", "Sonnmatt", "Steinbock", "Alpstein", "Juraweid"],
    towns: &["8005 Zürich", "3011 Bern", "4051 Basel", "9000 St. Gallen"],
    terms: &["30 Tage netto", "30 Tage"],
    form: " AG",
};

const BELGIUM: Country = Country {
    code: "BE",
    currency: "EUR",
    language: "fr",
    tax: 210,
    trades: &["Verrerie", "Chocolaterie", "Filature", "Tannerie", "Ateliers", "Transports"],
    places: &["de la Meuse", "du Beffroi", "des Ardennes", "du Polder", "de la Senne", "du Midi"],
    towns: &["4000 Liège", "5000 Namur", "1000 Bruxelles", "7000 Mons"],
    terms: &["30 j", "60 j"],
    form: " SRL",
};

const AMERICA: Country = Country {
    code: "US",
    currency: "USD",
    language: "en",
    tax: 0,
    trades: &["Supply", "Fabrication", "Freight", "Hardware", "Roofing", "Millwork", "Foods"],
    places: &["Prairie", "Blue Ridge", "Cedar Creek", "Lakeshore", "Redwood", "Two Rivers", "Mesa"],
    towns: &["Portland, OR", "Austin, TX", "Duluth, MN", "Savannah, GA"],
    terms: &["net 30", "net 45"],
    form: " Inc",
};

/// How a customer pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Habit {
    /// Before it must.
    Early,
    /// On the day, more or less.
    Prompt,
    /// Some weeks after it.
    Late,
    /// When asked often enough.
    VeryLate,
    /// Ever later, and in the end not at all.
    Sinking,
}

/// What makes some customers special.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Nothing.
    Ordinary,
    /// By direct debit, which bounces now and then.
    Debited,
    /// Once a month, for all that is due.
    Monthly,
    /// A deposit with each order.
    Deposits,
    /// A payment plan near the end, kept.
    PlanKept,
    /// A payment plan near the end, and no money after the first instalment.
    PlanBroken,
    /// Insolvent: what is open is given up by two persons.
    Insolvent,
}

/// A customer.
#[derive(Debug, Clone)]
pub(super) struct Customer {
    pub(super) number: u32,
    pub(super) id: String,
    pub(super) country: Country,
    pub(super) terms: Terms,
    pub(super) habit: Habit,
    pub(super) part: Part,
    /// What it usually buys for, net, in the smallest unit.
    pub(super) usual: i64,
    /// Invoices in ten months.
    pub(super) busy: i64,
    data: Value,
}

impl Customer {
    /// The customer of a number, from 1: always the same.
    pub(super) fn numbered(number: u32, dice: &mut Dice) -> Self {
        const COUNTRIES: [Country; 16] = [
            FRANCE,
            FRANCE,
            FRANCE,
            FRANCE,
            FRANCE,
            FRANCE,
            GERMANY,
            GERMANY,
            GERMANY,
            BRITAIN,
            BRITAIN,
            BRITAIN,
            SWITZERLAND,
            SWITZERLAND,
            BELGIUM,
            AMERICA,
        ];
        let country = dice.pick(&COUNTRIES, FRANCE);
        let part = match number {
            1 | 2 => Part::PlanKept,
            3 => Part::PlanBroken,
            4..=6 => Part::Insolvent,
            7..=14 => Part::Deposits,
            _ if dice.percent(12) => Part::Debited,
            _ if dice.percent(10) => Part::Monthly,
            _ => Part::Ordinary,
        };
        let habit = match (part, dice.between(1, 100)) {
            (Part::PlanKept | Part::PlanBroken, _) => Habit::VeryLate,
            (Part::Insolvent, _) | (_, 98..) => Habit::Sinking,
            (_, 1..=14) => Habit::Early,
            (_, 15..=56) => Habit::Prompt,
            (_, 57..=86) => Habit::Late,
            (..) => Habit::VeryLate,
        };
        let (trade, place) = (dice.pick(country.trades, ""), dice.pick(country.places, ""));
        let name = match country.code {
            "GB" | "US" => format!("{place} {trade}{}", country.form),
            _ => format!("{trade} {place}{}", country.form),
        };
        let terms = dice.pick(country.terms, "30 days");
        let id = format!("{}{number:04}", country.code);
        // .example is reserved: no mail can ever go anywhere.
        let mail = format!("accounts@{}.example", id.to_ascii_lowercase());
        let street = format!("{} {}", dice.between(1, 140), dice.pick(&STREETS, "Main Street"));
        let data = json!({
            "customer_id": id,
            "payment_terms": terms,
            "currency_code": country.currency,
            "language_code": country.language,
            "region_code": country.code,
            "segment": dice.pick(&["industry", "trade", "services"], "trade"),
            "contact": {
                "name": name,
                "email": mail,
                "address_lines": [street, dice.pick(country.towns, "")],
            },
        });
        let large = dice.percent(12);
        let usual =
            if large { dice.between(400_000, 2_500_000) } else { dice.between(15_000, 350_000) };
        Self {
            number,
            id,
            country,
            terms: terms.parse().unwrap_or(Terms::ON_RECEIPT),
            habit,
            part,
            usual,
            busy: if large { dice.between(12, 30) } else { dice.between(5, 20) },
            data,
        }
    }

    /// As the customer is registered.
    pub(super) fn registration(&self) -> Value {
        self.data.clone()
    }
}

const STREETS: [&str; 8] = [
    "Mill Lane",
    "rue du Port",
    "Hafenstraße",
    "Station Road",
    "rue des Tilleuls",
    "Bahnhofstrasse",
    "Quai Neuf",
    "Industriestraße",
];
