// Tests read the texts in English.
import { speak } from '../src/messages';

await speak('en');
