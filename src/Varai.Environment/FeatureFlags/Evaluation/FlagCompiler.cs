using System.Globalization;
using Varai.Configuration;
using Varai.FeatureFlags.Conditions;
using Varai.FeatureFlags.Definitions;
using Varai.FeatureFlags.Matching;
using Varai.Secrets;

namespace Varai.FeatureFlags.Evaluation;

/// <summary>Compiles one flag in any of the three vocabularies.</summary>
internal sealed class FlagCompiler(
    string environment, FilterCatalogue filters, SegmentTable segments, FlagReports reports, FlagErrors errors)
{
    private const string Conditions = "conditions";
    private const string Prerequisites = "prerequisites";
    private const string ClientFilters = "client_filters";
    private const string RequirementName = "requirement_type";
    private const string EnabledFor = "EnabledFor";

    private readonly FlagKey _flagsKey = errors.Root(FlagDocument.Flags);
    private readonly FlagKey _microsoftKey = errors.Root($"{FlagDocument.Microsoft}:{FlagDocument.MicrosoftFlags}");
    private readonly FlagKey _dotnetKey = errors.Root(FlagDocument.MicrosoftDotnet);
    private readonly RuleNames _filterNames = new($"{Conditions}.{ClientFilters}");
    private readonly RuleNames _dotnetFilterNames = new(EnabledFor);
    private readonly RuleNames _prerequisiteNames = new(Prerequisites);
    private readonly VariantReader _variants = new();

    /// <summary>The flag; null after reporting what is wrong with it.</summary>
    public CompiledFlag? Compile(FeatureFlagDefinition definition)
    {
        int before = errors.Count;
        CompiledFlag? flag = definition.Schema switch
        {
            FeatureFlagSchema.MicrosoftV1 => CompileDotnet(definition),
            FeatureFlagSchema.MicrosoftV2 => CompileObject(definition, _microsoftKey.Of(definition.Name), lenient: true, environment),
            _ => CompileOurs(definition),
        };
        if (errors.Count == before && definition.Schema == FeatureFlagSchema.Varai)
            CheckOtherEnvironments(definition);
        return errors.Count == before ? flag : null;
    }

    // A store may be shared: what is written here must be right where it counts, too.
    private void CheckOtherEnvironments(FeatureFlagDefinition definition)
    {
        foreach (ConfigurationMember other in definition.Node.Find("environments")?.Members ?? [])
        {
            if (!other.Name.Equals(environment, StringComparison.OrdinalIgnoreCase))
                CompileObject(definition, _flagsKey.Of(definition.Name), lenient: false, other.Name);
        }
    }

    private CompiledFlag? CompileOurs(FeatureFlagDefinition definition)
    {
        FlagKey key = _flagsKey.Of(definition.Name);
        ConfigurationNode node = definition.Node;
        if (node.Kind == ConfigurationNodeKind.Boolean)
            return Plain(definition, node.Text == "true");
        if (node.Kind != ConfigurationNodeKind.Object)
        {
            errors.Report(node.Origin, key, "The definition of a feature flag has the wrong type.", "true, false, or an object with 'enabled'", FlagErrors.Describe(node));
            return null;
        }

        return CompileObject(definition, key, lenient: false, environment);
    }

    private CompiledFlag? CompileObject(FeatureFlagDefinition definition, FlagKey key, bool lenient, string inEnvironment)
    {
        var members = new FlagMembers(definition.Node, key, lenient, errors);
        bool isKilled = false;
        if (!lenient)
        {
            members.RefuseUnknown("A feature flag", "enabled", "description", "display_name", "owner", "tags", "kill_switch", "parameters",
                "prerequisites", Conditions, "variants", "allocation", "telemetry", "environments");
            isKilled = members.Find("kill_switch") is { Kind: ConfigurationNodeKind.Boolean, Text: "true" };
            members = Override(members, inEnvironment);
        }

        bool enabled = members.Boolean("enabled", "Whether a feature flag is on") ?? false;
        if (!lenient && members.Find("enabled") is null)
            members.Report(null, "", "The feature flag does not say whether it is on.", "a member 'enabled' with true or false", "none");
        // Thrown for all environments, it is thrown for each: no environment's own values release it.
        isKilled |= !lenient && (members.Boolean("kill_switch", "A kill switch") ?? false);
        if (!lenient)
        {
            members.Text("description", "A description");
            members.Text("display_name", "A display name");
            members.Text("owner", "An owner");
            members.Texts("tags", "The tags");
        }

        CompiledVariant[] variants = VariantReader.ReadVariants(members, isStrict: !lenient);
        (CompiledConditions? conditions, bool hasNoUsableFilter) = ReadConditions(definition, members, lenient);
        return new CompiledFlag
        {
            Name = definition.Name,
            Definition = definition,
            Enabled = enabled && !isKilled,
            OffRule = isKilled ? CompiledFlag.KillSwitchRule : CompiledFlag.EnabledRule,
            HasNoUsableFilter = hasNoUsableFilter,
            Prerequisites = lenient ? [] : ReadPrerequisites(members),
            Conditions = conditions,
            Variants = variants,
            Allocation = _variants.ReadAllocation(definition.Name, members, variants, isStrict: !lenient),
            Parameters = lenient ? FeatureParameters.Empty : ReadParameters(definition, members),
            Telemetry = ReadTelemetry(members, lenient),
        };
    }

    /// <summary>Microsoft's .NET section: <c>true</c>, or an object with <c>EnabledFor</c>.</summary>
    private CompiledFlag CompileDotnet(FeatureFlagDefinition definition)
    {
        ConfigurationNode node = definition.Node;
        ConfigurationNode? enabledFor = node.Find(EnabledFor);
        var members = new FlagMembers(node, _dotnetKey.Of(definition.Name), lenient: true, errors);
        RequirementType requirement = members.Choice("RequirementType", "A requirement type", RequirementType.Any);
        if ((node.Text ?? enabledFor?.Text) is { Length: > 0 } text)
            return Plain(definition, bool.TryParse(text, out bool on) && on);

        (CompiledConditions? conditions, _) = ReadFilters(definition, members, EnabledFor, requirement, lenient: true);
        return new CompiledFlag
        {
            Name = definition.Name,
            Definition = definition,
            Enabled = true,
            // Here a flag without filters is off.
            HasNoUsableFilter = conditions is null,
            Conditions = conditions,
            Parameters = FeatureParameters.Empty,
        };
    }

    private static CompiledFlag Plain(FeatureFlagDefinition definition, bool enabled) => new()
    {
        Name = definition.Name,
        Definition = definition,
        Enabled = enabled,
        Parameters = FeatureParameters.Empty,
    };

    private FlagMembers Override(FlagMembers members, string inEnvironment)
    {
        if (members.Object("environments", "The environments of a feature flag") is not { } environments
            || environments.Find(inEnvironment) is not { } own)
        {
            return members;
        }

        if (own.Kind == ConfigurationNodeKind.Object)
        {
            var partial = environments.Of(own, inEnvironment);
            partial.RefuseUnknown("The override of a feature flag", "enabled", "description", "display_name", "owner", "tags", "kill_switch",
                "parameters", "prerequisites", Conditions, "variants", "allocation", "telemetry");
            return new FlagMembers(NodeMerge.Over(members.Node, own), members.Key, lenient: false, errors);
        }

        if (own.Kind == ConfigurationNodeKind.Boolean)
            return new FlagMembers(NodeMerge.Over(members.Node, ConfigurationNode.Object([new ConfigurationMember("enabled", own)])), members.Key, lenient: false, errors);
        environments.Report(own, inEnvironment, "What differs in an environment must be true, false or an object.", "true, false or an object", FlagErrors.Describe(own));
        return members;
    }

    private (CompiledConditions? Conditions, bool HasNoUsableFilter) ReadConditions(FeatureFlagDefinition definition, FlagMembers flag, bool lenient)
    {
        if (flag.Object(Conditions, "The conditions of a feature flag") is not { } members)
            return (null, false);
        members.RefuseUnknown("The conditions of a feature flag", RequirementName, ClientFilters);
        return ReadFilters(definition, members, ClientFilters, members.Choice(RequirementName, "A requirement type", RequirementType.Any), lenient);
    }

    private (CompiledConditions? Conditions, bool HasNoUsableFilter) ReadFilters(
        FeatureFlagDefinition definition, FlagMembers members, string name, RequirementType requirement, bool lenient)
    {
        RuleNames rules = definition.Schema == FeatureFlagSchema.MicrosoftV1 ? _dotnetFilterNames : _filterNames;
        ReadOnlySpan<ConfigurationNode> items = members.Array(name, "The filters of a feature flag");
        if (items.IsEmpty)
            return (null, false);
        var compiled = new FlagCondition[items.Length];
        int count = 0;
        int named = 0;
        for (int i = 0; i < items.Length; i++)
        {
            if (members.Item(items[i], name, i) is not { } filter)
                continue;
            filter.RefuseUnknown("A filter", "name", "parameters");
            string? filterName = filter.Text("name", "The name of a filter");
            if (string.IsNullOrEmpty(filterName))
            {
                if (!lenient && filter.Find("name") is null or { Text: "" })
                    filter.Report(null, "", "A filter needs a name.", "a member 'name'", "none");
                continue;
            }

            named++;
            ConfigurationNode? parameters = filter.Find("parameters");
            if (parameters is { Kind: not ConfigurationNodeKind.Object })
            {
                // An empty object of a configuration source is an empty text.
                if (!lenient || parameters.Text is not "")
                {
                    filter.Report(parameters, "parameters", "The parameters of a filter are not an object.", "parameter names with their values", FlagErrors.Describe(parameters));
                    continue;
                }

                parameters = null;
            }

            if (filters.Compile(filterName, new ConditionSource(definition.Name, rules.Of(i, filterName), filter.Node, parameters, filter.Key.Of("parameters"), errors), segments) is { } condition)
                compiled[count++] = condition;
        }

        return count > 0
            ? (new CompiledConditions(requirement, count == compiled.Length ? compiled : compiled[..count]), false)
            : (null, named == 0);
    }

    private CompiledPrerequisite[] ReadPrerequisites(FlagMembers flag)
    {
        ReadOnlySpan<ConfigurationNode> items = flag.Array(Prerequisites, "The prerequisites of a feature flag");
        if (items.IsEmpty)
            return [];
        var prerequisites = new List<CompiledPrerequisite>(items.Length);
        for (int i = 0; i < items.Length; i++)
        {
            ConfigurationNode item = items[i];
            if (item.Kind == ConfigurationNodeKind.String)
            {
                prerequisites.Add(new CompiledPrerequisite(_prerequisiteNames.Of(i, item.Text!), item.Text!, enabled: true, variants: null));
                continue;
            }

            if (item.Kind != ConfigurationNodeKind.Object)
            {
                flag.Report(item, string.Create(CultureInfo.InvariantCulture, $"{Prerequisites}:{i}"), "A prerequisite is the name of a flag, or an object.", "a flag's name, or an object with 'flag'", FlagErrors.Describe(item));
                continue;
            }

            FlagMembers members = flag.Of(item, Prerequisites, i);
            members.RefuseUnknown("A prerequisite", "flag", "enabled", "variant", "variants");
            string? name = members.Text("flag", "The flag of a prerequisite");
            if (name is null)
            {
                if (members.Find("flag") is null)
                    members.Report(null, "", "A prerequisite needs a flag.", "a member 'flag' with the name of a flag", "none");
                continue;
            }

            string[] variants = members.Texts("variants", "The variants of a prerequisite");
            if (members.Text("variant", "The variant of a prerequisite") is { } variant)
                variants = [.. variants, variant];
            prerequisites.Add(new CompiledPrerequisite(
                _prerequisiteNames.Of(i, name), name, members.Boolean("enabled", "What a prerequisite asks for") ?? true, variants.Length > 0 ? variants : null));
        }

        return [.. prerequisites];
    }

    private FeatureParameters ReadParameters(FeatureFlagDefinition definition, FlagMembers members)
    {
        if (members.Object("parameters", "The parameters of a feature flag") is not { } parameters)
            return FeatureParameters.Empty;
        RefuseSecrets(parameters.Node, parameters.Key, "A parameter of a feature flag", errors);
        string name = definition.Name;
        return new FeatureParameters(parameters.Node, (parameter, problem) => reports.ParameterMismatch(name, parameter, problem));
    }

    private static FlagTelemetry? ReadTelemetry(FlagMembers flag, bool lenient)
    {
        if (flag.Object("telemetry", "The telemetry of a feature flag") is not { } telemetry)
            return null;
        telemetry.RefuseUnknown("The telemetry of a feature flag", "enabled", "metadata");
        bool enabled = telemetry.Boolean("enabled", "Whether a flag sends telemetry") ?? false;
        var metadata = new List<KeyValuePair<string, string>>();
        FlagMembers? written = telemetry.Object("metadata", "The metadata of a flag");
        foreach (ConfigurationMember member in written is null ? [] : written.Value.Node.MemberSpan())
        {
            if (member.Value.Text is { } text)
                metadata.Add(new KeyValuePair<string, string>(member.Name, text));
            else if (!lenient)
                telemetry.Report(member.Value, $"metadata:{member.Name}", "A value of the metadata must be a string.", "a string", FlagErrors.Describe(member.Value));
        }

        return enabled ? new FlagTelemetry(metadata) : null;
    }

    /// <summary>Parameters and variants reach clients and events; a reference in them would be served as it is written.</summary>
    internal static void RefuseSecrets(ConfigurationNode node, FlagKey key, string what, FlagErrors errors)
    {
        // Hardly ever is there one: the keys of the way to it are made in a second walk.
        if (!MayReferToSecrets(node))
            return;
        if (SecretReferences.MayContain(node.Text))
            errors.Report(node.Origin, key, $"{what} can't refer to a secret; read the secret where it is needed.");
        foreach (ConfigurationMember member in node.MemberSpan())
            RefuseSecrets(member.Value, key.Of(member.Name), what, errors);
        for (int i = 0; i < node.Items.Count; i++)
            RefuseSecrets(node.Items[i], key.Of(i.ToString(CultureInfo.InvariantCulture)), what, errors);
    }

    private static bool MayReferToSecrets(ConfigurationNode node)
    {
        if (SecretReferences.MayContain(node.Text))
            return true;
        foreach (ConfigurationMember member in node.MemberSpan())
        {
            if (MayReferToSecrets(member.Value))
                return true;
        }

        foreach (ConfigurationNode item in node.ItemSpan())
        {
            if (MayReferToSecrets(item))
                return true;
        }

        return false;
    }
}
