using System.Text.Json.Nodes;

namespace Varai.Aws.Tests.Secrets;

/// <summary>A secret of the fake service, with its replicas.</summary>
internal sealed class FakeSecret(string name, string region, DateTimeOffset createdAt)
{
    public string Name { get; } = name;

    public HashSet<string> Regions { get; } = new(StringComparer.Ordinal) { region };

    public Dictionary<string, FakeVersion> Versions { get; } = new(StringComparer.Ordinal);

    public DateTimeOffset? DeletedAt { get; set; }

    public DateTimeOffset ChangedAt { get; set; }

    public JsonObject Details { get; set; } = [];

    public string Arn(string inRegion) => $"arn:aws:secretsmanager:{inRegion}:123456789012:secret:{Name}-AbCdEf";

    /// <summary>Gives a stage to a version, and AWSPREVIOUS to the one that was current.</summary>
    public void Move(string stage, string? to)
    {
        string? holder = Versions.Values.FirstOrDefault(v => v.Stages.Contains(stage))?.Id;
        if (holder == to)
            return;
        if (holder is not null)
            Versions[holder].Stages.Remove(stage);
        if (to is not null)
            Versions[to].Stages.Add(stage);
        if (stage != "AWSCURRENT" || holder is null)
            return;
        foreach (FakeVersion version in Versions.Values)
            version.Stages.Remove("AWSPREVIOUS");
        Versions[holder].Stages.Add("AWSPREVIOUS");
    }

    public JsonObject Answer(string? version)
    {
        var answer = new JsonObject { ["ARN"] = Arn(region), [nameof(Name)] = Name };
        if (version is not null)
            answer["VersionId"] = version;
        return answer;
    }

    public JsonObject Describe(string inRegion, string versionsProperty)
    {
        JsonObject answer = Details.DeepClone().AsObject();
        answer["ARN"] = Arn(inRegion);
        answer[nameof(Name)] = Name;
        answer["CreatedDate"] = createdAt.ToUnixTimeMilliseconds() / 1000.0;
        answer["LastChangedDate"] = ChangedAt.ToUnixTimeMilliseconds() / 1000.0;
        answer["DeletedDate"] = DeletedAt?.ToUnixTimeSeconds();
        if (Regions.Count > 1)
            answer["PrimaryRegion"] = region;
        var versions = new JsonObject();
        foreach (FakeVersion version in Versions.Values.Where(v => v.Stages.Count > 0))
            versions[version.Id] = new JsonArray([.. version.Stages.Select(s => JsonValue.Create(s))]);
        answer[versionsProperty] = versions;
        return answer;
    }
}
