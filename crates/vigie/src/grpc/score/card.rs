//! Scorecards, read from messages and written to them.

use api::risk::{self as proto, scorecard};
use events::risk::{Bin, Cap, Characteristic, Measure, Scorecard, Weights};

use crate::grpc::{
    fields::{Fields, REQUIRED, Read},
    words::Word as _,
};

pub(super) fn read(
    fields: &mut Fields,
    field: &str,
    it: Option<&proto::Scorecard>,
) -> Read<Scorecard> {
    let it = it.ok_or_else(|| fields.wrong(field, REQUIRED))?;
    fields.within(field, |fields| {
        let name = fields.text("scorecard", &it.scorecard);
        let characteristics =
            fields.each("characteristics", &it.characteristics, |fields, field, it| {
                fields.within(field, |fields| characteristic(fields, it))
            });
        let grades = <[i32; 4]>::try_from(it.grades.as_slice())
            .map_err(|_| fields.wrong("grades", "are the thresholds of A, B, C and D"));
        let caps = fields.each("caps", &it.caps, |fields, field, it| {
            fields.within(field, |fields| {
                let measure = measure(fields, &it.measure);
                let grade = fields.word("grade", it.grade);
                Ok(Cap { measure: measure?, from: it.from, grade: grade? })
            })
        });
        let days = u16::try_from(it.up_after_days)
            .map_err(|_| fields.wrong("up_after_days", "is more than 65535"));
        Ok(Scorecard {
            scorecard: name?,
            base: weights(it.base_weights.as_ref()),
            characteristics: characteristics?,
            grades: grades?,
            caps: caps?,
            up_buffer: it.up_buffer,
            up_after_days: days?,
        })
    })
}

fn characteristic(fields: &mut Fields, it: &scorecard::Characteristic) -> Read<Characteristic> {
    let measure = measure(fields, &it.measure);
    let bins = it
        .bins
        .iter()
        .map(|it| Bin { below: it.below, weights: weights(it.weights.as_ref()) })
        .collect();
    Ok(Characteristic { measure: measure?, unknown: weights(it.unknown_weights.as_ref()), bins })
}

fn measure(fields: &mut Fields, word: &str) -> Read<Measure> {
    let found = Measure::ALL.iter().find(|it| it.name() == word);
    found.copied().ok_or_else(|| fields.wrong("measure", format_args!("`{word}` is no measure")))
}

fn weights(it: Option<&proto::Weights>) -> Weights {
    let proto::Weights { points, late, late15, late30, days } = it.copied().unwrap_or_default();
    Weights { points, late, late15, late30, days }
}

fn told(it: &Weights) -> proto::Weights {
    let Weights { points, late, late15, late30, days } = *it;
    proto::Weights { points, late, late15, late30, days }
}

pub(crate) fn write(it: &Scorecard) -> proto::Scorecard {
    let characteristic = |it: &Characteristic| scorecard::Characteristic {
        measure: it.measure.name().to_owned(),
        unknown_weights: Some(told(&it.unknown)),
        bins: it
            .bins
            .iter()
            .map(|it| scorecard::Bin { below: it.below, weights: Some(told(&it.weights)) })
            .collect(),
    };
    let cap = |it: &Cap| scorecard::Cap {
        measure: it.measure.name().to_owned(),
        from: it.from,
        grade: it.grade.number(),
    };
    proto::Scorecard {
        scorecard: it.scorecard.to_string(),
        base_weights: Some(told(&it.base)),
        characteristics: it.characteristics.iter().map(characteristic).collect(),
        grades: it.grades.to_vec(),
        caps: it.caps.iter().map(cap).collect(),
        up_buffer: it.up_buffer,
        up_after_days: it.up_after_days.into(),
    }
}
