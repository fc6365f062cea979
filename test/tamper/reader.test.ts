import { campaign } from './campaign.ts'

campaign({ model: 'reader', stranger: 'story', lies: 300, counted: 10 })
