//! The papers of a dossier: the mandate, what is asked for and how it is made up, and all that
//! supports it.

use chrono::NaiveDate;
use letters::{
    Document, Language, Piece, Recipient, Sender, Window, amount, date, date_short, percent,
};
use money::Money;
use rust_decimal::Decimal;

use crate::{
    Dossier, FeeBand, Party,
    words::{Words, spoken, words},
};

/// A dossier as it is set on paper.
pub(crate) fn document(it: &Dossier) -> Document {
    let writer = Writer { it, words: words(it.language), language: spoken_language(it.language) };
    let pieces = [
        writer.mandate(),
        writer.asked(),
        writer.interest(),
        writer.statement(),
        writer.allocations(),
        writer.contacts(),
        writer.promises(),
        writer.disputes(),
        writer.terms(),
        writer.acts(),
        writer.rights(),
        writer.law(),
    ];
    Document {
        language: writer.language,
        sender: Sender {
            name: it.creditor.name.clone(),
            address: it.creditor.address.clone(),
            mentions: it.creditor.mentions.clone(),
            email: it.creditor.email.clone(),
            phone: it.creditor.phone.clone(),
            window: Window::Left,
            ..Sender::default()
        },
        recipient: Recipient { name: it.collector.name.clone(), ..Recipient::default() },
        date: it.stated_on,
        reference: format!("{}/{}", it.customer.id, it.placement.placement),
        posted: false,
        title: format!("{} {}", writer.words.title, it.placement.placement),
        pieces: pieces.into_iter().flatten().collect(),
    }
}

/// There are papers in French and in English.
const fn spoken_language(language: Language) -> Language {
    match language {
        Language::Fr => Language::Fr,
        Language::En | Language::De => Language::En,
    }
}

struct Writer<'a> {
    it: &'a Dossier,
    words: &'static Words,
    language: Language,
}

impl Writer<'_> {
    fn mandate(&self) -> Vec<Piece> {
        let (it, words) = (self.it, self.words);
        let mandate = &it.mandate;
        let power = words
            .power
            .replace("{agreement}", &mandate.agreement)
            .replace("{creditor}", &it.creditor.name)
            .replace("{collector}", &it.collector.name)
            .replace("{customer}", &it.customer.name);
        let mut facts = vec![
            (words.creditor, party(&it.creditor)),
            (words.customer, party(&it.customer)),
            (words.collector, it.collector.name.clone()),
            (words.agreement, mandate.agreement.clone()),
            (words.insurance, mandate.insurance.clone()),
            (words.remits, format!("{} {}", mandate.remits_in_days, words.days)),
        ];
        facts.extend(mandate.fee_bands.iter().map(|it| (words.fees, self.band(it))));
        facts.extend(mandate.least_fee.map(|it| (words.least_fee, self.amount(it))));
        facts.extend(mandate.fees.iter().map(|it| {
            let fee = format!("{} ({})", self.amount(it.if_all_is_paid), self.share(it.share));
            (words.fee_here, fee)
        }));
        facts.extend(it.creditor.iban.clone().map(|it| (words.pay_to, it)));
        facts.push((
            words.case,
            format!("{} · {}", it.case.case, spoken(&it.case.why, self.language)),
        ));
        facts.push((words.opened, date(it.case.opened_on, self.language)));
        facts.extend(it.case.route.iter().map(|it| (words.route, spoken(it, self.language))));
        vec![section(words.mandate), Piece::Paragraph(power), Piece::Facts(owned(facts))]
    }

    fn band(&self, it: &FeeBand) -> String {
        let days = it.days_max.map(|it| self.words.up_to_days.replace("{days}", &it.to_string()));
        let most = it.amount_max.map(|it| format!("{} {}", self.words.up_to, self.amount(it)));
        [Some(self.share(it.share)), days, most]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn asked(&self) -> Vec<Piece> {
        let (it, words) = (self.it, self.words);
        let until = words.asked_until.replace("{day}", &date(it.stated_on, self.language));
        let mut pieces = vec![section(words.asked), Piece::Paragraph(until)];
        let disputed = it.receivables.iter().any(|it| !it.disputed.is_zero());
        let mut columns = vec![
            (words.invoice, false),
            (words.issued, false),
            (words.due, false),
            (words.gross, true),
            (words.open, true),
            (words.disputed, true),
            (words.principal, true),
            (words.interest, true),
            (words.fixed_sum, true),
        ];
        // A column that would be empty is left out.
        if !disputed {
            columns.retain(|(title, _)| *title != words.disputed && *title != words.open);
        }
        let rows = it.receivables.iter().map(|it| {
            let mut row = vec![
                it.number.clone().unwrap_or_else(|| it.invoice.clone()),
                self.day(it.issued_on),
                self.day(it.due_on),
                self.amount(it.gross),
            ];
            if disputed {
                row.extend([self.amount(it.open), self.amount(it.disputed)]);
            }
            row.extend([it.principal, it.interest, it.fixed_sum].map(|it| self.amount(it)));
            row
        });
        pieces.push(table(&columns, rows.collect()));
        pieces.extend(it.totals.iter().map(|it| {
            Piece::Sums(owned(vec![
                (words.principal, self.amount(it.principal)),
                (words.interest, self.amount(it.interest)),
                (words.accessories, self.amount(it.accessories)),
                (words.total, self.amount(it.total)),
            ]))
        }));
        pieces
    }

    fn interest(&self) -> Vec<Piece> {
        let words = self.words;
        let columns = [
            (words.invoice, false),
            (words.from, false),
            (words.to, false),
            (words.days, true),
            (words.base, true),
            (words.rate, true),
            (words.source, false),
            (words.interest, true),
        ];
        let rows = self.it.receivables.iter().flat_map(|of| {
            let number = || of.number.clone().unwrap_or_else(|| of.invoice.clone());
            let waived = of.interest_waived.map(|it| {
                let mut row = vec![String::new(); columns.len()];
                for (cell, text) in row.iter_mut().zip([number(), words.given_up.to_owned()]) {
                    *cell = text;
                }
                if let Some(last) = row.last_mut() {
                    *last = self.amount(it.negated());
                }
                row
            });
            let lines = of.interest_lines.iter().map(move |it| {
                vec![
                    number(),
                    self.day(it.from),
                    self.day(it.to),
                    it.days.to_string(),
                    self.amount(it.base),
                    percent(it.rate, self.language),
                    if it.sources.is_empty() {
                        words.agreed.to_owned()
                    } else {
                        it.sources.join("; ")
                    },
                    self.amount(it.interest),
                ]
            });
            lines.chain(waived)
        });
        titled(words.computation, &columns, rows.collect())
    }

    fn statement(&self) -> Vec<Piece> {
        let words = self.words;
        let columns = [
            (words.day, false),
            (words.what, false),
            (words.document, false),
            (words.amount, true),
            (words.balance, true),
        ];
        let tables = self.it.statement.iter().map(|it| {
            let rows = it.lines.iter().map(|it| {
                vec![
                    self.day(it.on),
                    spoken(&it.kind, self.language),
                    it.number.clone().unwrap_or_else(|| it.document.clone()),
                    self.amount(it.amount),
                    self.amount(it.balance),
                ]
            });
            table(&columns, rows.collect())
        });
        let tables: Vec<_> = tables.collect();
        if tables.is_empty() {
            return tables;
        }
        std::iter::once(section(words.statement)).chain(tables).collect()
    }

    fn allocations(&self) -> Vec<Piece> {
        let words = self.words;
        let columns = [
            (words.invoice, false),
            (words.day, false),
            (words.what, false),
            (words.document, false),
            (words.amount, true),
            (words.rule, false),
        ];
        let rows = self.it.allocations.iter().map(|it| {
            vec![
                it.invoice.clone(),
                self.day(it.on),
                spoken(&it.kind, self.language),
                it.source.clone(),
                self.amount(it.amount),
                spoken(&it.rule, self.language),
            ]
        });
        titled(words.allocations, &columns, rows.collect())
    }

    fn contacts(&self) -> Vec<Piece> {
        let words = self.words;
        let columns = [
            (words.day, false),
            (words.what, false),
            (words.channel, false),
            (words.state, false),
            (words.document, false),
            (words.proof, false),
        ];
        let rows = self.it.contacts.iter().map(|it| {
            let presented = it
                .presented
                .last()
                .map(|it| format!("{} {}", spoken(&it.result, self.language), self.day(it.on)));
            let said = [Some(spoken(&it.said, self.language)), presented];
            let sending = it.sending.as_ref();
            let template = sending.and_then(|it| it.template.clone());
            // Enough of a digest to be found by.
            let hash = sending.and_then(|it| it.hash.as_ref());
            let hash = hash.map(|it| it.chars().take(16).collect::<String>());
            let proof = sending.and_then(|it| it.proof.clone());
            let joined = |all: [Option<String>; 2]| {
                all.into_iter().flatten().collect::<Vec<_>>().join(" · ")
            };
            vec![
                self.day(it.on),
                format!("{} {}", spoken(&it.kind, self.language), it.id),
                spoken(&it.channel, self.language),
                joined(said),
                joined([template, hash]),
                proof.unwrap_or_default(),
            ]
        });
        titled(words.contacts, &columns, rows.collect())
    }

    fn promises(&self) -> Vec<Piece> {
        let words = self.words;
        let columns = [
            (words.day, false),
            (words.document, false),
            (words.promised_for, false),
            (words.amount, true),
            (words.state, false),
        ];
        let rows = self.it.promises.iter().map(|it| {
            vec![
                self.day(it.made_on),
                it.promise.clone(),
                self.day(it.promised_for),
                self.amount(it.amount),
                spoken(&it.state, self.language),
            ]
        });
        titled(words.promises, &columns, rows.collect())
    }

    fn disputes(&self) -> Vec<Piece> {
        let words = self.words;
        let columns = [
            (words.opened, false),
            (words.document, false),
            (words.invoice, false),
            (words.amount, true),
            (words.reason, false),
            (words.state, false),
        ];
        let rows = self.it.disputes.iter().map(|it| {
            let ended = it.resolved_on.map(|on| {
                let how = it.outcome.as_deref().unwrap_or_default();
                format!("{} {}", spoken(how, self.language), self.day(on))
            });
            vec![
                self.day(it.opened_on),
                it.dispute.clone(),
                it.invoice.clone(),
                self.amount(it.amount),
                spoken(&it.reason, self.language),
                ended.unwrap_or_else(|| words.open.to_owned()),
            ]
        });
        titled(words.disputes, &columns, rows.collect())
    }

    fn terms(&self) -> Vec<Piece> {
        let words = self.words;
        let columns = [
            (words.terms_version, false),
            (words.from, false),
            (words.reserved, false),
            (words.accelerated, false),
            (words.penalty, false),
            (words.invoice, false),
        ];
        let rows = self.it.terms.iter().map(|it| {
            let rate = it.penalty_rate.map(|it| percent(it, self.language));
            let answer = |it: bool| if it { words.yes } else { words.no }.to_owned();
            vec![
                it.version.clone(),
                self.day(it.from),
                answer(it.reservation_of_title),
                answer(it.acceleration),
                rate.unwrap_or_else(|| words.legal_rate.to_owned()),
                it.invoices.join(", "),
            ]
        });
        titled(words.terms, &columns, rows.collect())
    }

    fn acts(&self) -> Vec<Piece> {
        let words = self.words;
        let columns = [
            (words.day, false),
            (words.what, false),
            (words.document, false),
            (words.amount, true),
            (words.proof, false),
        ];
        let rows = self.it.acts.iter().map(|it| {
            vec![
                self.day(it.on),
                spoken(&it.kind, self.language),
                it.act.clone(),
                it.amount.map(|it| self.amount(it)).unwrap_or_default(),
                it.proof.clone().unwrap_or_default(),
            ]
        });
        titled(words.acts, &columns, rows.collect())
    }

    fn rights(&self) -> Vec<Piece> {
        let words = self.words;
        let columns = [
            (words.last_day, false),
            (words.what, false),
            (words.document, false),
            (words.rule, false),
            (words.stake, true),
        ];
        let rows = self.it.rights.iter().map(|it| {
            let stake = it.stake.iter().map(|it| self.amount(*it)).collect::<Vec<_>>();
            let last_day = it.last_day.map(|it| self.day(it));
            vec![
                last_day.unwrap_or_else(|| words.stands_still.to_owned()),
                spoken(&it.kind, self.language),
                it.about.clone(),
                it.rule.clone(),
                stake.join(", "),
            ]
        });
        titled(words.rights, &columns, rows.collect())
    }

    fn law(&self) -> Vec<Piece> {
        let clauses = self.it.mandate.clauses.iter();
        let clauses = clauses.map(|it| Piece::Clause(format!("{}. {}", it.source, it.text)));
        let clauses: Vec<_> = clauses.collect();
        if clauses.is_empty() {
            return clauses;
        }
        std::iter::once(section(self.words.law)).chain(clauses).collect()
    }

    fn day(&self, it: NaiveDate) -> String {
        date_short(it, self.language)
    }

    fn amount(&self, it: Money) -> String {
        amount(it, self.language)
    }

    /// Of 1, as per cent.
    fn share(&self, it: Decimal) -> String {
        percent((it * Decimal::ONE_HUNDRED).normalize(), self.language)
    }
}

fn party(it: &Party) -> String {
    let siren = it.siren.as_ref().map(|it| format!("SIREN {it}"));
    let address = it.address.iter().cloned();
    std::iter::once(it.name.clone()).chain(address).chain(siren).collect::<Vec<_>>().join(", ")
}

fn section(name: &str) -> Piece {
    Piece::Section(name.to_owned())
}

fn owned(rows: Vec<(&str, String)>) -> Vec<(String, String)> {
    rows.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn table(columns: &[(&str, bool)], rows: Vec<Vec<String>>) -> Piece {
    let columns = columns.iter().map(|(title, figures)| ((*title).to_owned(), *figures));
    Piece::Table { columns: columns.collect(), rows }
}

/// A section with one table; nothing where that has no rows.
fn titled(name: &str, columns: &[(&str, bool)], rows: Vec<Vec<String>>) -> Vec<Piece> {
    if rows.is_empty() { Vec::new() } else { vec![section(name), table(columns, rows)] }
}
