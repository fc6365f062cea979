import { honestCampaign } from './honest.ts'

honestCampaign('credit', 75)
