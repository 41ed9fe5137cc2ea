//! Vectors of length 1, as [`crate::Embedder`] promises them.

/// The same direction with length 1; a vector that has no direction stays as it is.
pub(crate) fn unit(mut vector: Vec<f32>) -> Vec<f32> {
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    if length.is_normal() {
        vector.iter_mut().for_each(|value| *value /= length);
    }
    vector
}
