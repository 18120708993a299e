using Npgsql;

namespace Platform.Api.Tests.Monitoring;

/// <summary>An event that read models can't apply: appended past the platform, by somebody who writes to the tables directly.</summary>
internal static class Poison
{
    /// <summary>A second event of a site's stream, then a third one that is as it should be and has to wait for it.</summary>
    /// <returns>The sequence of the one that can't be applied.</returns>
    public static async Task<long> AppendAsync(NpgsqlDataSource owner, string tenant, Guid site)
    {
        await using var command = owner.CreateCommand("""
            with moved as (update public.mt_streams set version = 3 where tenant_id = $1 and id = $2 returning id),
                 bad as (insert into public.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id)
                         select nextval('public.mt_events_sequence'), gen_random_uuid(), id, 2, '{"siteId": 7}', 'sites.site-renamed', now(), $1 from moved returning seq_id)
            select seq_id from bad
            """);
        command.Parameters.Add(new() { Value = tenant });
        command.Parameters.Add(new() { Value = site });
        var sequence = (long)(await command.ExecuteScalarAsync())!;
        await using var good = owner.CreateCommand("""
            insert into public.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id)
            values (nextval('public.mt_events_sequence'), gen_random_uuid(), $2, 3, jsonb_build_object('siteId', $2, 'name', 'After'), 'sites.site-renamed', now(), $1)
            """);
        good.Parameters.Add(new() { Value = tenant });
        good.Parameters.Add(new() { Value = site });
        await good.ExecuteNonQueryAsync();
        return sequence;
    }
}
