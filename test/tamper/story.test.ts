import { campaign } from './campaign.ts'

campaign({ model: 'story', stranger: 'digits', lies: 300, counted: 100 })
