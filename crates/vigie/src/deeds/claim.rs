//! The declaration of a claim as it is sent to whoever represents the creditors.

use chrono::NaiveDate;
use collection::insolvency::{Declaration, DeclaredLine, Ground, Sum, Title};
use events::{Reference, dunning::InterestRules, invoicing::Source, risk::NoticeKind};
use law::Regime;
use letters::{Document, Language, Piece, Recipient, amount, date, date_short, percent};
use money::{Currency, Money};
use rust_decimal::Decimal;

use super::{Parties, TO_FILL_IN, titles};

const FR: Language = Language::Fr;

/// The paper: a letter, and its annexes from the second page on. `addressee`: a name and an address, or
/// nothing, and then lines to fill in.
pub(crate) fn claim(
    parties: &Parties,
    declaration: &Declaration,
    addressee: &[String],
    on: NaiveDate,
) -> Document {
    let mut pieces = vec![Piece::Paragraph(opening(parties, declaration))];
    for sum in declaration.sums() {
        pieces.push(Piece::Sums(sums(declaration, &sum)));
    }
    pieces.extend(said(declaration).into_iter().map(Piece::Paragraph));
    pieces.push(Piece::Paragraph(format!(
        "Créance certifiée sincère par le créancier (article L. 622-25 du code de commerce). Fait à \
         {TO_FILL_IN}, le {}. Nom, qualité et signature : {TO_FILL_IN}",
        date(on, FR)
    )));
    pieces.push(Piece::NewPage);
    pieces.extend(annex(declaration));
    Document {
        language: FR,
        sender: parties.creditor.clone(),
        recipient: recipient(declaration, addressee),
        date: on,
        reference: declaration.notice.notice.to_string(),
        posted: true,
        title: format!(
            "Déclaration de créance – {} – jugement du {}",
            parties.name,
            date(declaration.judged_on, FR)
        ),
        pieces,
    }
}

/// Who represents the creditors is named by the gazette, which is not kept: it names persons.
fn recipient(declaration: &Declaration, addressee: &[String]) -> Recipient {
    let (name, address) = match addressee {
        [] => {
            let wound_up = declaration.notice.kind == NoticeKind::Liquidation;
            let role = if wound_up { "Liquidateur judiciaire" } else { "Mandataire judiciaire" };
            (format!("{role} : {TO_FILL_IN}"), vec![TO_FILL_IN.to_owned(), TO_FILL_IN.to_owned()])
        }
        [name] => (name.clone(), vec![TO_FILL_IN.to_owned()]),
        [name, address @ ..] => (name.clone(), address.to_vec()),
    };
    Recipient { name, address, contact: None, phone: None }
}

fn opening(parties: &Parties, it: &Declaration) -> String {
    let procedure = match it.notice.kind {
        NoticeKind::Safeguard => "une procédure de sauvegarde",
        NoticeKind::Receivership => "une procédure de redressement judiciaire",
        NoticeKind::Liquidation => "une procédure de liquidation judiciaire",
        NoticeKind::Plan
        | NoticeKind::ClosedForInsufficientAssets
        | NoticeKind::Closed
        | NoticeKind::StruckOff
        | NoticeKind::AccountsNotFiled
        | NoticeKind::Other => "une procédure collective",
    };
    let court = it.notice.court.as_ref().map(|it| format!(" ({it})")).unwrap_or_default();
    let of_liquidation = if it.notice.kind == NoticeKind::Liquidation { "L. 641-3, " } else { "" };
    format!(
        "Par jugement du {}{court}, publié le {} ({}, annonce {}), {procedure} a été ouverte à l’égard \
         de {}. En application des articles {of_liquidation}L. 622-24, L. 622-25 et R. 622-23 \
         du code de commerce, {} déclare sa créance, toutes taxes comprises, telle qu’elle existait au jour du jugement :",
        date(it.judged_on, FR),
        date(it.notice.published_on, FR),
        it.notice.source,
        it.notice.notice,
        parties.named(),
        parties.creditor.name,
    )
}

fn sums(declaration: &Declaration, it: &Sum) -> Vec<(String, String)> {
    let eve = eve(declaration);
    let rows = [
        ("Échu au jour du jugement".to_owned(), it.due, true),
        ("À échoir (dates en annexe)".to_owned(), it.to_fall_due, true),
        ("Livré et non facturé (évaluation)".to_owned(), it.uninvoiced, false),
        (format!("Intérêts de retard jusqu’au {}", date(eve, FR)), it.interest, false),
        ("Indemnités forfaitaires de recouvrement".to_owned(), it.fixed_sums, false),
        ("Total déclaré".to_owned(), it.total, true),
    ];
    let shown = rows.into_iter().filter(|(_, amount, always)| *always || !amount.is_zero());
    shown.map(|(name, money, _)| (name, amount(money, FR))).collect()
}

fn eve(it: &Declaration) -> NaiveDate {
    it.judged_on.pred_opt().unwrap_or(it.judged_on)
}

fn invoices<'a>(lines: impl Iterator<Item = &'a DeclaredLine>) -> String {
    lines.map(number).collect::<Vec<_>>().join(", ")
}

fn number(it: &DeclaredLine) -> String {
    let number = it.document.number.as_ref().map(ToString::to_string);
    number.unwrap_or_else(|| it.document.invoice.to_string())
}

/// What belongs to a claim besides its amounts.
fn said(it: &Declaration) -> Vec<String> {
    let mut said = vec![
        "Nature de la créance : prix de fournitures et de prestations, à titre chirographaire sauf ce \
         qui suit. Les pièces justificatives sont jointes sous bordereau (annexe)."
            .to_owned(),
    ];
    if it.notice.kind == NoticeKind::Liquidation {
        said.push(
            "Le jugement de liquidation rend exigibles les sommes à échoir (article L. 643-1)."
                .to_owned(),
        );
    }
    said.push(interest(it));
    for (line, title) in it.lines.iter().filter_map(|line| Some((line, line.title.as_ref()?))) {
        let base = match title {
            Title::Terms(version, hash) => {
                format!("conditions de vente {version}, document {hash} (SHA-256)")
            }
            Title::Rules => "conditions de vente du créancier".to_owned(),
        };
        said.push(format!(
            "Réserve de propriété (articles L. 624-9 et L. 624-16) sur les biens de la facture {} : \
             {base}. Assiette : ces biens, à hauteur de {}.",
            number(line),
            amount(line.principal, FR)
        ));
    }
    for it in &it.securities {
        said.push(format!(
            "Sûreté {} (« {} ») constituée le {}, à hauteur de {} : assiette et publicité \
             {TO_FILL_IN}",
            it.guarantee,
            kind(it.kind),
            date(it.holds_from, FR),
            amount(it.amount, FR)
        ));
    }
    let contested: Vec<_> = it.lines.iter().filter(|it| it.disputed.is_positive()).collect();
    if !contested.is_empty() {
        said.push(format!(
            "Le débiteur conteste une partie des factures {}, déclarées en entier. Juridiction saisie, \
             s’il y en a une : {TO_FILL_IN}",
            invoices(contested.into_iter())
        ));
    }
    for offset in &it.offsets {
        let source = match &offset.source {
            Source::Payment(id) => format!("versement {id}"),
            Source::CreditNote(id) => format!("avoir {id}"),
        };
        let connected = match &offset.connected_by {
            Some(order) => format!(
                "connexe par la commande {order} : la compensation est demandée (article L. 622-7)"
            ),
            None => "sans connexité connue : non déduit".to_owned(),
        };
        said.push(format!(
            "Au crédit du débiteur et non imputé : {source} du {}, {} – {connected}.",
            date(offset.on, FR),
            amount(offset.amount, FR)
        ));
    }
    if !it.earlier.is_empty() {
        let all: Vec<_> = it.earlier.iter().map(|it| it.invoice.to_string()).collect();
        said.push(format!(
            "Déjà déclarées après un jugement antérieur de la même procédure et non reprises ici \
             (article L. 641-3) : {}.",
            all.join(", ")
        ));
    }
    if it.sums().iter().any(|it| it.total.currency() != Currency::EUR) {
        said.push(format!(
            "Les sommes en monnaie étrangère sont converties en euros au cours du {} (article \
             L. 622-25) : cours {TO_FILL_IN}",
            date(it.judged_on, FR)
        ));
    }
    if !it.later.is_empty() {
        said.push(
            "Les créances nées à compter du jugement ne sont pas comprises dans cette déclaration \
             (article L. 622-17)."
                .to_owned(),
        );
    }
    said
}

fn kind(it: events::risk::GuaranteeKind) -> &'static str {
    use events::risk::GuaranteeKind;
    match it {
        GuaranteeKind::Surety => "caution",
        GuaranteeKind::BankGuarantee => "garantie bancaire",
        GuaranteeKind::LetterOfCredit => "crédit documentaire",
        GuaranteeKind::Pledge => "gage ou nantissement",
        GuaranteeKind::Mortgage => "hypothèque",
        GuaranteeKind::CreditInsurance => "assurance-crédit",
    }
}

/// How interest was counted, and whether it goes on: said in the declaration itself, because an annex to
/// which it only points may not do (R. 622-23, 2°).
fn interest(it: &Declaration) -> String {
    let Some(rules) = &it.interest_rules else {
        return "Aucun intérêt de retard n’est déclaré.".to_owned();
    };
    let rule = format!("{}{}", rule(rules), agreed(it));
    let stopped = format!(
        "Intérêts de retard : {rule}, intérêt simple sur le reste dû de chaque facture, du lendemain de \
         son échéance au {}, année de 365 jours (calcul en annexe)",
        date(eve(it), FR)
    );
    let goes_on: Vec<_> = it.lines.iter().filter(|it| it.interest_goes_on).collect();
    if goes_on.is_empty() {
        return format!("{stopped} ; leur cours est arrêté par le jugement (article L. 622-28).");
    }
    format!(
        "{stopped} ; leur cours est arrêté par le jugement (article L. 622-28), sauf pour les factures \
         {}, dont le paiement était différé d’un an ou plus : les intérêts y courent au même taux et de \
         la même manière, du {} ou du lendemain de l’échéance si elle est postérieure, jusqu’au \
         paiement, sur le reste dû. Cette indication vaut déclaration pour le montant ultérieurement \
         arrêté (article R. 622-23, 2°).",
        invoices(goes_on.into_iter()),
        date(it.judged_on, FR)
    )
}

/// The rates that terms of sale state, each with the invoices that are under them.
fn agreed(it: &Declaration) -> String {
    let mut versions: Vec<(&Reference, Decimal, Vec<&DeclaredLine>)> = Vec::new();
    for line in it.lines.iter().filter(|it| it.interest_amount.is_positive()) {
        let Some((version, rate)) = terms(line) else { continue };
        match versions.iter_mut().find(|(it, at, _)| *it == version && *at == rate) {
            Some((.., lines)) => lines.push(line),
            None => versions.push((version, rate, vec![line])),
        }
    }
    let each = versions.into_iter().map(|(version, rate, lines)| {
        let rate = percent(rate.normalize(), FR);
        format!(
            " ; pour les factures {}, taux de {rate} l’an stipulé par les conditions de vente \
             {version}, sans être inférieur au minimum légal",
            invoices(lines.into_iter())
        )
    });
    each.collect()
}

/// The version of the terms of sale whose rate an invoice bears, and that rate.
fn terms(it: &DeclaredLine) -> Option<(&Reference, Decimal)> {
    let Regime::Terms(_, rate) = it.interest.as_ref()?.regime else { return None };
    it.document.terms_version.as_ref().map(|version| (version, rate))
}

/// Where the rate of a line of interest comes from.
fn source(of: &DeclaredLine, line: &law::interest::Line) -> String {
    let rows: Vec<_> = line.rows.iter().map(|it| it.source.as_str()).collect();
    match (rows.as_slice(), terms(of)) {
        ([], None) => "convenu".to_owned(),
        ([], Some((version, _))) => format!("convenu ({version})"),
        (rows, None) => rows.join(" ; "),
        (rows, Some((version, rate))) => {
            let rate = percent(rate.normalize(), FR);
            format!("{} ; au lieu de {rate} ({version})", rows.join(" ; "))
        }
    }
}

fn rule(it: &InterestRules) -> String {
    match (it.jurisdiction.as_str(), it.basis.as_str(), it.rate) {
        (_, "contract", Some(rate)) => format!("taux convenu de {} l’an", percent(rate, FR)),
        ("FR", "floor", _) => {
            "taux convenu de trois fois le taux de l’intérêt légal (article L. 441-10 II)"
                .to_owned()
        }
        ("FR", _, _) => {
            "taux de refinancement de la Banque centrale européenne du semestre majoré de \
                         dix points (article L. 441-10 II)"
                .to_owned()
        }
        (jurisdiction, _, _) => format!("taux légal de retard ({jurisdiction})"),
    }
}

fn annex(it: &Declaration) -> Vec<Piece> {
    let lines = it.lines.iter().flat_map(line).collect();
    let columns = [
        ("Facture", false),
        ("Émise le", false),
        ("Née le", false),
        ("Échéance", false),
        ("Échu", true),
        ("À échoir", true),
        ("Intérêts", true),
        ("Indemnité", true),
    ];
    let mut pieces = vec![
        Piece::Section("Annexe – créances déclarées (bordereau des pièces)".to_owned()),
        Piece::Table { columns: titles(&columns), rows: lines },
    ];
    if it.lines.iter().any(|it| it.born.ground == Ground::Delivery) {
        pieces.push(Piece::Paragraph(
            "Née le : jour de la livraison, ou de l’émission de la facture quand aucune livraison n’est \
             connue (*)."
                .to_owned(),
        ));
    }
    if !it.uninvoiced.is_empty() {
        let rows = it.uninvoiced.iter().map(|it| {
            vec![it.delivery.to_string(), date_short(it.delivered_on, FR), amount(it.amount, FR)]
        });
        let columns = [("Livraison", false), ("Livrée le", false), ("Évaluation TTC", true)];
        pieces.push(Piece::Section("Livré avant le jugement et non facturé".to_owned()));
        pieces.push(Piece::Table { columns: titles(&columns), rows: rows.collect() });
    }
    let periods = it.lines.iter().flat_map(|line| {
        let all = line.interest.iter().flat_map(|it| &it.lines);
        all.map(move |it| {
            vec![
                number(line),
                date_short(it.from, FR),
                date_short(it.to, FR),
                it.days.to_string(),
                amount(it.base, FR),
                percent(it.rate.normalize(), FR),
                source(line, it),
            ]
        })
    });
    let periods: Vec<_> = periods.collect();
    if !periods.is_empty() {
        let columns = [
            ("Facture", false),
            ("Du", false),
            ("Au", false),
            ("Jours", true),
            ("Base", true),
            ("Taux annuel", true),
            ("Source du taux", false),
        ];
        pieces.push(Piece::Section("Calcul des intérêts de retard".to_owned()));
        pieces.push(Piece::Table { columns: titles(&columns), rows: periods });
    }
    pieces
}

/// A row for each day on which something of an invoice is due; interest and fixed sum in the first.
fn line(it: &DeclaredLine) -> Vec<Vec<String>> {
    let zero = Money::zero(it.principal.currency());
    let born = match it.born.ground {
        Ground::Delivery => date_short(it.born.first, FR),
        Ground::Issue => format!("{} *", date_short(it.born.first, FR)),
    };
    let shown = |money: Money| if money.is_zero() { String::new() } else { amount(money, FR) };
    let rows = it.parts.iter().enumerate().map(|(place, part)| {
        let (due, to_fall_due) =
            if part.was_due { (part.amount, zero) } else { (zero, part.amount) };
        let first = place == 0;
        vec![
            number(it),
            date_short(it.document.issued_on, FR),
            born.clone(),
            date_short(part.due_on, FR),
            shown(due),
            shown(to_fall_due),
            shown(if first { it.interest_amount } else { zero }),
            shown(if first { it.fixed_sum } else { zero }),
        ]
    });
    rows.collect()
}
