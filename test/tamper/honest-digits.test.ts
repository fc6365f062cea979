import { honestCampaign } from './honest.ts'

honestCampaign('digits', 75)
