import { honestCampaign } from './honest.ts'

honestCampaign('story', 75)
