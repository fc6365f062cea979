import { campaign } from './campaign.ts'

campaign({ model: 'credit', stranger: 'digits', lies: 300, counted: 1 })
