#!lua name=arrears_tasks
-- What the task store asks of Redis, each in one atomic call. Loaded by tasks_redis.c at every connection; if it
-- is not found, Redis was lost.
--
-- Keys of task p, in one slot of a cluster:
--   {service.p}:task    hash: epoch, commit_no, commit_epoch, numbers, deaths, noted, building
--   {service.p}:states  hash: account -> its record
--   {service.p}:outbox  hash: "output/partition/seq" -> what one commit says there, up to that seq, until the broker has it
--
-- Every call checks all of its arguments, then writes with commands that cannot fail. A call whose epoch is not
-- the stored one, or with none stored, is refused; only a takeover sets it, and only upwards. Numbers of 64 bits
-- stay texts here; only epochs are compared, and they are offsets, below 2^53.

local MOST_STATES = 200

local function refusal(task, epoch)
  local stored = redis.call('HGET', task, 'epoch')
  if not stored then return redis.error_reply('UNKNOWN no epoch is stored for this task') end
  if stored ~= epoch then
    return redis.error_reply('FENCED epoch ' .. stored .. ' is stored, not ' .. epoch)
  end
  return nil
end

local function building(task)
  return redis.call('HGET', task, 'building') ~= false
end

local function is_hash(key)
  local kind = redis.call('TYPE', key)['ok']
  return kind == 'hash' or kind == 'none'
end

-- count pairs of args from `first`; nil when one is missing
local function has_pairs(args, first, count)
  return count and count >= 0 and #args >= first + 2 * count - 1
end

-- Many fields with one command: the call around a command costs more than the command. Bounded, since all of them go
-- over Lua's stack; even, so that a pair is not torn.
local AT_ONCE = 400

local function set_pairs(key, args, first, count)
  local last = first + 2 * count - 1
  for i = first, last, AT_ONCE do
    redis.call('HSET', key, unpack(args, i, math.min(i + AT_ONCE - 1, last)))
  end
end

local function drop_fields(key, args, first)
  for i = first, #args, AT_ONCE do
    redis.call('HDEL', key, unpack(args, i, math.min(i + AT_ONCE - 1, #args)))
  end
end

-- epoch own: raises the epoch; returns what stands there, with the deaths counted
local function takeover(keys, args)
  local epoch, own = tonumber(args[1]), args[2]
  if #keys ~= 1 or #args ~= 2 or not epoch then return redis.error_reply('ERR takeover: arguments') end
  local task = keys[1]
  local stored = redis.call('HGET', task, 'epoch')
  if stored and tonumber(stored) >= epoch then
    return redis.error_reply('FENCED epoch ' .. stored .. ' is stored, not below ' .. args[1])
  end
  local old = redis.call('HMGET', task, 'commit_no', 'commit_epoch', 'numbers', 'deaths', 'noted')
  local deaths = tonumber(old[4] or '0')
  if old[5] and own ~= '1' then deaths = deaths + 1 end
  redis.call('HSET', task, 'epoch', args[1], 'deaths', tostring(deaths))
  if deaths < 4 then redis.call('HDEL', task, 'noted') end
  return { old[1] or '', old[2] or '', old[3] or '', tostring(deaths), old[5] or '', building(task) and '1' or '0' }
end

-- epoch commit_no next numbers deaths states bundles drops, then pairs, pairs, fields
local function commit(keys, args)
  local states, bundles, drops = tonumber(args[6]), tonumber(args[7]), tonumber(args[8])
  if #keys ~= 3 or not has_pairs(args, 9, states) or not has_pairs(args, 9 + 2 * states, bundles) or
      not drops or #args ~= 8 + 2 * states + 2 * bundles + drops or states > MOST_STATES or
      not tonumber(args[5]) or not is_hash(keys[1]) or not is_hash(keys[2]) or not is_hash(keys[3]) then
    return redis.error_reply('ERR commit: arguments')
  end
  local task = keys[1]
  local refused = refusal(task, args[1])
  if refused then return refused end
  if building(task) then return redis.error_reply('BUILDING the task is being rebuilt') end
  if redis.call('HGET', task, 'commit_no') ~= args[2] then
    return redis.error_reply('UNKNOWN commit ' .. args[2] .. ' is not the last one')
  end
  set_pairs(keys[2], args, 9, states)
  set_pairs(keys[3], args, 9 + 2 * states, bundles)
  drop_fields(keys[3], args, 9 + 2 * states + 2 * bundles)
  redis.call('HSET', task, 'commit_no', args[3], 'commit_epoch', args[1], 'numbers', args[4], 'deaths', args[5])
  redis.call('HDEL', task, 'noted')
  return 'OK'
end

-- epoch commit_no: is it still as the owner thinks
local function check(keys, args)
  if #keys ~= 1 or #args ~= 2 then return redis.error_reply('ERR check: arguments') end
  local refused = refusal(keys[1], args[1])
  if refused then return refused end
  if redis.call('HGET', keys[1], 'commit_no') ~= args[2] then
    return redis.error_reply('UNKNOWN commit ' .. args[2] .. ' is not the last one')
  end
  return 'OK'
end

-- epoch: all keys of the task are emptied; commits are refused until rebuild_end
local function rebuild_begin(keys, args)
  if #keys ~= 3 or #args ~= 1 then return redis.error_reply('ERR rebuild_begin: arguments') end
  local refused = refusal(keys[1], args[1])
  if refused then return refused end
  redis.call('HSET', keys[1], 'building', '1')
  redis.call('HDEL', keys[1], 'commit_no', 'commit_epoch', 'numbers')
  redis.call('DEL', keys[2], keys[3])
  return 'OK'
end

-- epoch, then pairs for the key that comes second
local function rebuild_add(keys, args)
  if #keys ~= 2 or #args % 2 ~= 1 or not is_hash(keys[2]) then
    return redis.error_reply('ERR rebuild_add: arguments')
  end
  local refused = refusal(keys[1], args[1])
  if refused then return refused end
  if not building(keys[1]) then return redis.error_reply('UNKNOWN the task is not being rebuilt') end
  set_pairs(keys[2], args, 2, (#args - 1) / 2)
  return 'OK'
end

-- epoch commit_no commit_epoch numbers
local function rebuild_end(keys, args)
  if #keys ~= 1 or #args ~= 4 then return redis.error_reply('ERR rebuild_end: arguments') end
  local refused = refusal(keys[1], args[1])
  if refused then return refused end
  if not building(keys[1]) then return redis.error_reply('UNKNOWN the task is not being rebuilt') end
  redis.call('HSET', keys[1], 'commit_no', args[2], 'commit_epoch', args[3], 'numbers', args[4])
  redis.call('HDEL', keys[1], 'building')
  return 'OK'
end

-- epoch text: a record is begun; an empty text takes the note back
local function note(keys, args)
  if #keys ~= 1 or #args ~= 2 then return redis.error_reply('ERR note: arguments') end
  local refused = refusal(keys[1], args[1])
  if refused then return refused end
  if args[2] ~= '' then
    redis.call('HSET', keys[1], 'noted', args[2])
  elseif tonumber(redis.call('HGET', keys[1], 'deaths') or '0') < 4 then
    redis.call('HDEL', keys[1], 'noted')
  end
  return 'OK'
end

redis.register_function('arrears_takeover', takeover)
redis.register_function('arrears_commit', commit)
redis.register_function('arrears_check', check)
redis.register_function('arrears_rebuild_begin', rebuild_begin)
redis.register_function('arrears_rebuild_add', rebuild_add)
redis.register_function('arrears_rebuild_end', rebuild_end)
redis.register_function('arrears_note', note)
