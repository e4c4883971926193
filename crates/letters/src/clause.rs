//! The law a letter rests on, quoted in its reader's language. Which clauses hold is decided by
//! whoever fills in the letter; here are only words, and each names its statute.

use crate::{Language, spelling::clean};

/// A clause of law, by jurisdiction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clause {
    /// France, art. L. 441-10 II C. com.: interest without a reminder; ECB rate plus ten points.
    FrLatePayment,
    /// France, art. L. 441-10 II and D. 441-5 C. com.: 40 euros an invoice.
    FrFixedSum,
    /// France, art. 1344 and 1231-6 C. civ.: this letter is a formal notice.
    FrFormalNotice,
    /// Germany, § 286 BGB: default after 30 days, without a reminder where a day was fixed.
    DeDefault,
    /// Germany, § 288 (2) BGB: base rate plus nine points between businesses.
    DeLatePayment,
    /// Germany, § 288 (5) BGB: 40 euros.
    DeFixedSum,
    /// United Kingdom, Late Payment of Commercial Debts (Interest) Act 1998: Bank Rate plus 8 %.
    UkLatePayment,
    /// United Kingdom, section 5A of that Act: 40, 70 or 100 pounds.
    UkFixedSum,
    /// European Union, Directive 2011/7/EU art. 3: reference rate plus at least eight points.
    EuLatePayment,
    /// European Union, Directive 2011/7/EU art. 6: at least 40 euros.
    EuFixedSum,
    /// The tenant's own words, printed as they are.
    Own(String),
}

impl Clause {
    /// Its words.
    pub fn text(&self, language: Language) -> String {
        let [fr, en, de] = match self {
            Self::FrLatePayment => FR_LATE_PAYMENT,
            Self::FrFixedSum => FR_FIXED_SUM,
            Self::FrFormalNotice => FR_FORMAL_NOTICE,
            Self::DeDefault => DE_DEFAULT,
            Self::DeLatePayment => DE_LATE_PAYMENT,
            Self::DeFixedSum => DE_FIXED_SUM,
            Self::UkLatePayment => UK_LATE_PAYMENT,
            Self::UkFixedSum => UK_FIXED_SUM,
            Self::EuLatePayment => EU_LATE_PAYMENT,
            Self::EuFixedSum => EU_FIXED_SUM,
            Self::Own(words) => return clean(words),
        };
        match language {
            Language::Fr => fr,
            Language::En => en,
            Language::De => de,
        }
        .to_owned()
    }
}

const FR_LATE_PAYMENT: [&str; 3] = [
    "Article L. 441-10, II, du code de commerce : les pénalités de retard sont exigibles le jour suivant la date de règlement figurant sur la facture, sans qu’un rappel soit nécessaire. Sauf taux convenu, elles sont calculées au taux de la Banque centrale européenne pour son opération de refinancement la plus récente, majoré de dix points.",
    "Article L. 441-10, II, of the French Commercial Code: late-payment interest falls due on the day after the payment date shown on the invoice, and no reminder is needed. Unless another rate was agreed, it is the European Central Bank’s rate for its most recent refinancing operation plus ten percentage points.",
    "Artikel L. 441-10 Absatz II des französischen Handelsgesetzbuchs: Verzugszinsen werden am Tag nach dem in der Rechnung genannten Zahlungstermin fällig, ohne dass es einer Mahnung bedarf. Ist kein anderer Satz vereinbart, gilt der Satz der Europäischen Zentralbank für ihr jüngstes Refinanzierungsgeschäft zuzüglich zehn Prozentpunkte.",
];

const FR_FIXED_SUM: [&str; 3] = [
    "Articles L. 441-10, II, et D. 441-5 du code de commerce : tout retard de paiement entraîne de plein droit une indemnité forfaitaire pour frais de recouvrement de 40 € par facture. Si les frais exposés sont supérieurs, une indemnisation complémentaire peut être demandée sur justification.",
    "Articles L. 441-10, II, and D. 441-5 of the French Commercial Code: each invoice paid late carries, by operation of law, a fixed sum of €40 for the costs of recovery. Where the costs incurred are higher, further compensation may be claimed on proof of them.",
    "Artikel L. 441-10 Absatz II und D. 441-5 des französischen Handelsgesetzbuchs: Für jede verspätet bezahlte Rechnung wird kraft Gesetzes eine Pauschale von 40 € für Beitreibungskosten geschuldet. Sind die Kosten höher, kann gegen Nachweis weiterer Ersatz verlangt werden.",
];

const FR_FORMAL_NOTICE: [&str; 3] = [
    "La présente lettre constitue une mise en demeure au sens des articles 1344 et 1231-6 du code civil.",
    "This letter is a formal notice to pay (mise en demeure) within the meaning of articles 1344 and 1231-6 of the French Civil Code.",
    "Dieses Schreiben ist eine förmliche Zahlungsaufforderung (mise en demeure) im Sinne der Artikel 1344 und 1231-6 des französischen Zivilgesetzbuchs.",
];

const DE_DEFAULT: [&str; 3] = [
    "§ 286 du code civil allemand (BGB) : le débiteur est en retard après un rappel, ou sans rappel lorsque l’échéance était fixée par le calendrier, et au plus tard trente jours après l’échéance et la réception de la facture.",
    "Section 286 of the German Civil Code (BGB): a debtor is in default after a reminder, without one where the due date was fixed by the calendar, and at the latest thirty days after the due date and receipt of the invoice.",
    "§ 286 BGB: Verzug tritt mit der Mahnung ein, ohne Mahnung, wenn die Zahlung nach dem Kalender bestimmt war, und spätestens dreißig Tage nach Fälligkeit und Zugang der Rechnung.",
];

const DE_LATE_PAYMENT: [&str; 3] = [
    "§ 288, alinéa 2, du code civil allemand (BGB) : entre entreprises, le taux des intérêts de retard est de neuf points au-dessus du taux de base.",
    "Section 288 (2) of the German Civil Code (BGB): between businesses, interest on late payment is nine percentage points above the base rate.",
    "§ 288 Abs. 2 BGB: Bei Entgeltforderungen zwischen Unternehmen beträgt der Verzugszinssatz neun Prozentpunkte über dem Basiszinssatz.",
];

const DE_FIXED_SUM: [&str; 3] = [
    "§ 288, alinéa 5, du code civil allemand (BGB) : le créancier d’un débiteur en retard qui n’est pas un consommateur a droit en outre à une somme forfaitaire de 40 €, imputée sur les frais de poursuite éventuels.",
    "Section 288 (5) of the German Civil Code (BGB): where the debtor in default is not a consumer, the creditor is also entitled to a fixed sum of €40, which is set against any costs of legal action.",
    "§ 288 Abs. 5 BGB: Ist der Schuldner kein Verbraucher, steht dem Gläubiger bei Verzug außerdem eine Pauschale von 40 € zu, die auf geschuldete Kosten der Rechtsverfolgung angerechnet wird.",
];

const UK_LATE_PAYMENT: [&str; 3] = [
    "Late Payment of Commercial Debts (Interest) Act 1998 (Royaume-Uni) : intérêts simples au taux de base de la Banque d’Angleterre, arrêté au 30 juin ou au 31 décembre précédant le retard, majoré de huit points.",
    "Late Payment of Commercial Debts (Interest) Act 1998: simple interest at eight per cent above the Bank of England base rate in force on the 30 June or 31 December before the debt became late.",
    "Late Payment of Commercial Debts (Interest) Act 1998 (Vereinigtes Königreich): einfache Zinsen von acht Prozentpunkten über dem Leitzins der Bank von England, der am 30. Juni oder 31. Dezember vor dem Verzug galt.",
];

const UK_FIXED_SUM: [&str; 3] = [
    "Late Payment of Commercial Debts (Interest) Act 1998, section 5A (Royaume-Uni) : somme forfaitaire de 40 £, 70 £ ou 100 £ par dette, selon qu’elle est inférieure à 1 000 £, inférieure à 10 000 £ ou au-delà.",
    "Late Payment of Commercial Debts (Interest) Act 1998, section 5A: a fixed sum of £40, £70 or £100 for each debt, as it is below £1,000, below £10,000, or £10,000 and more.",
    "Late Payment of Commercial Debts (Interest) Act 1998, Section 5A (Vereinigtes Königreich): je Forderung eine Pauschale von 40 £, 70 £ oder 100 £, je nachdem, ob sie unter 1.000 £, unter 10.000 £ oder darüber liegt.",
];

const EU_LATE_PAYMENT: [&str; 3] = [
    "Directive 2011/7/UE, article 3 : entre entreprises, les intérêts pour retard de paiement sont dus le lendemain de l’échéance, sans rappel, au taux de référence majoré d’au moins huit points.",
    "Directive 2011/7/EU, article 3: between businesses, interest for late payment is due from the day after the due date, without a reminder, at the reference rate plus at least eight percentage points.",
    "Richtlinie 2011/7/EU, Artikel 3: Zwischen Unternehmen sind Verzugszinsen ab dem Tag nach der Fälligkeit ohne Mahnung geschuldet, und zwar zum Bezugszinssatz zuzüglich mindestens acht Prozentpunkte.",
];

const EU_FIXED_SUM: [&str; 3] = [
    "Directive 2011/7/UE, article 6 : le créancier a droit, sans rappel, à un montant forfaitaire d’au moins 40 € pour ses frais de recouvrement.",
    "Directive 2011/7/EU, article 6: the creditor is entitled, without a reminder, to a fixed sum of at least €40 for the costs of recovery.",
    "Richtlinie 2011/7/EU, Artikel 6: Der Gläubiger hat ohne Mahnung Anspruch auf einen Pauschalbetrag von mindestens 40 € für seine Beitreibungskosten.",
];
