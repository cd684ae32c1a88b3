/** Loaded before every test file: makes `toBeAllclose` known. */
import './allclose.ts';
