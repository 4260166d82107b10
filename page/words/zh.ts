import type { en } from './en.ts';
import type { Text } from './text.ts';

/** The words of the page in Simplified Chinese. */
export const zh: Record<keyof typeof en, Text> = {
  // The frame
  navigation: '视图',
  skip: '跳到内容',
  calls: '通话',
  call: '通话详情',
  reports: '报表',
  status: '状态',
  settings: '设置',
  language: '语言',
  theme: '主题',
  'theme.auto': '自动',
  'theme.light': '浅色',
  'theme.dark': '深色',
  zone: '时区',
  close: '关闭',
  copy: '复制',
  copied: '已复制',
  retry: '重试',
  reload: '刷新',
  loading: '正在加载',
  slow: '加载时间比平时长,请稍候…',
  narrow: '输入以筛选列表',
  nothingFits: '没有匹配项。',
  noSuchView: '此页面不存在。',
  toCalls: '前往通话列表',
  outdated: '页面已更新,请刷新后继续。',
  // Sign-in
  signIn: '登录',
  'signIn.again': '重新登录',
  'signIn.failed': '登录失败。',
  signOut: '退出登录',
  signedOut: '您已退出登录。',
  ended: '登录已过期,请重新登录后继续。',
  // What can go wrong
  'failed.offline': '无法连接服务器,请检查网络。',
  'failed.unavailable': '暂时无法读取通话记录。',
  'failed.invalid': '查询条件有误:',
  'failed.forbidden': '此账号没有查看通话的权限。请联系管理员,或使用其他账号登录。',
  'failed.notFound': '内容不存在或已被删除。',
  'failed.tooMany': '数据量过大,请缩短时间范围。',
  'failed.ended': '登录已过期。',
};
