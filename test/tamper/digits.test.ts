import { campaign } from './campaign.ts'

campaign({ model: 'digits', stranger: 'reader', lies: 300, counted: 10 })
