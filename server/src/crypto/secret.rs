//! Making client secrets and API keys.

use zeroize::Zeroizing;

use crate::domain::secret::{Secret, encode_secret};
use crate::entropy::Entropy;

/// Makes a secret of `prefix` (`gds_`, `gdk_`) from 32 fresh random bytes.
pub fn generate(prefix: &str, entropy: &dyn Entropy) -> Secret {
    let mut random = Zeroizing::new([0; 32]);
    entropy.fill(&mut *random);
    encode_secret(prefix, &random)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::secret::is_well_formed;
    use crate::entropy::SystemEntropy;

    #[test]
    fn is_well_formed_and_never_the_same() {
        let entropy = SystemEntropy::new();
        let secret = generate("gds_", &entropy);
        assert!(is_well_formed("gds_", secret.expose()));
        assert_ne!(secret, generate("gds_", &entropy));
    }
}
