//! Symmetric linear equations.

#![expect(clippy::indexing_slicing, reason = "the loops are bounded by the order of the matrix")]

/// The lower half of a symmetric matrix.
#[derive(Debug, Clone)]
pub(crate) struct Symmetric {
    order: usize,
    /// Row by row, each up to the diagonal.
    lower: Vec<f64>,
}

impl Symmetric {
    pub(crate) fn zero(order: usize) -> Self {
        Self { order, lower: vec![0.0; order * (order + 1) / 2] }
    }

    /// Adds to a place and its mirror image.
    pub(crate) fn add(&mut self, row: usize, column: usize, value: f64) {
        let (row, column) = (row.max(column), row.min(column));
        self.lower[row * (row + 1) / 2 + column] += value;
    }

    /// The product with a vector.
    pub(crate) fn times(&self, vector: &[f64]) -> Vec<f64> {
        let mut product = vec![0.0; self.order];
        let mut values = self.lower.iter();
        for row in 0..self.order {
            for column in 0..row {
                let value = values.next().copied().unwrap_or(0.0);
                product[row] += value * vector[column];
                product[column] += value * vector[row];
            }
            product[row] += values.next().copied().unwrap_or(0.0) * vector[row];
        }
        product
    }

    /// Solves matrix × x = right by Cholesky's factors; none if the matrix is not positive.
    pub(crate) fn solve(mut self, right: &[f64]) -> Option<Vec<f64>> {
        let start = |row: usize| row * (row + 1) / 2;
        for row in 0..self.order {
            let (above, rest) = self.lower.split_at_mut(start(row));
            let this = &mut rest[..=row];
            for column in 0..row {
                let other = &above[start(column)..=start(column) + column];
                let known: f64 =
                    other[..column].iter().zip(&this[..column]).map(|(a, b)| a * b).sum();
                this[column] = (this[column] - known) / other[column];
            }
            let known: f64 = this[..row].iter().map(|it| it * it).sum();
            let square = this[row] - known;
            if square.is_nan() || square <= 0.0 {
                return None;
            }
            this[row] = square.sqrt();
        }
        let mut x = right.to_vec();
        for row in 0..self.order {
            let this = &self.lower[start(row)..=start(row) + row];
            let known: f64 = this[..row].iter().zip(&x).map(|(a, b)| a * b).sum();
            x[row] = (x[row] - known) / this[row];
        }
        for row in (0..self.order).rev() {
            let this = &self.lower[start(row)..=start(row) + row];
            x[row] /= this[row];
            let value = x[row];
            for (it, factor) in x.iter_mut().zip(&this[..row]) {
                *it -= factor * value;
            }
        }
        Some(x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_equations_are_solved() {
        // 4x + 2y = 10, 2x + 3y = 9: x = 1.5, y = 2.
        let mut matrix = Symmetric::zero(2);
        matrix.add(0, 0, 4.0);
        matrix.add(0, 1, 2.0);
        matrix.add(1, 1, 3.0);
        assert_eq!(matrix.times(&[1.5, 2.0]), [10.0, 9.0]);
        let x = matrix.solve(&[10.0, 9.0]).unwrap();
        assert!((x[0] - 1.5).abs() < 1e-12 && (x[1] - 2.0).abs() < 1e-12, "{x:?}");
    }

    #[test]
    fn what_has_no_solution_has_none() {
        assert_eq!(Symmetric::zero(2).solve(&[1.0, 1.0]), None);
    }
}
