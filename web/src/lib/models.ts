// What a model is called: in the words of the language where the server itself names it, else as whoever made it does.

import { said, t } from '../messages';
import type { ModelOut } from './wire';

export const modelName = (model: Pick<ModelOut, 'name' | 'label'>): string => said(t.models, model.name) ?? model.label;
