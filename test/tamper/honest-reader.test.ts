import { honestCampaign } from './honest.ts'

honestCampaign('reader', 75)
