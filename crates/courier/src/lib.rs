//! What leaves the building: e-mail, webhooks, files for a print shop.
