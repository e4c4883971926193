//! The program
