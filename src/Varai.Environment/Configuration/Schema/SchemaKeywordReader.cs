using Varai.Configuration.Schema.Formats;
using Varai.Configuration.Schema.Keywords;

namespace Varai.Configuration.Schema;

/// <summary>Reads the keywords of one schema, which has already passed its metaschema.</summary>
internal sealed class SchemaKeywordReader(SchemaCompiler compiler, SchemaNode schema)
{
    private readonly ConfigurationNode _source = schema.Source;
    private readonly SchemaDialect _dialect = schema.Resource.Dialect;
    private readonly List<SchemaKeyword> _keywords = [];
    private bool _hides;

    private bool IsDraft7 => _dialect.Draft == SchemaDraft.Draft7;

    public void Read()
    {
        if (_source.Kind == ConfigurationNodeKind.Boolean)
        {
            schema.SetConstant(string.Equals(_source.Text, "true", StringComparison.Ordinal));
            return;
        }

        if (ReadReference("$ref") && IsDraft7)
        {
            schema.SetKeywords(_keywords, tracks: false, hides: false);
            return;
        }

        if (_dialect.Has(SchemaVocabularies.Validation))
            ReadAssertions();
        if (_dialect.Has(SchemaVocabularies.FormatAnnotation | SchemaVocabularies.FormatAssertion))
            ReadFormat();
        _hides |= _dialect.Has(SchemaVocabularies.MetaData) && IsTrue("writeOnly");
        if (_dialect.Has(SchemaVocabularies.Applicator))
            ReadApplicators();
        if (!IsDraft7)
            ReadDynamicReference();

        bool tracks = !IsDraft7 && _dialect.Has(SchemaVocabularies.Unevaluated) && ReadUnevaluated();
        schema.SetKeywords(_keywords, tracks, _hides);
    }

    private void ReadAssertions()
    {
        if (Find("type") is { } type)
            _keywords.Add(new TypeKeyword(TypesOf(type)));
        if (Find("const") is { } constant)
            _keywords.Add(new EnumKeyword("const", [constant]));
        if (Find("enum") is { Kind: ConfigurationNodeKind.Array } values)
            _keywords.Add(new EnumKeyword("enum", values.Items));

        ReadBound("minimum", isMinimum: true, isExclusive: false);
        ReadBound("exclusiveMinimum", isMinimum: true, isExclusive: true);
        ReadBound("maximum", isMinimum: false, isExclusive: false);
        ReadBound("exclusiveMaximum", isMinimum: false, isExclusive: true);
        if (Find("multipleOf") is { Kind: ConfigurationNodeKind.Number } step && ExactNumber.TryParse(step.Text!, out ExactNumber divisor))
            _keywords.Add(new MultipleOfKeyword(divisor, step.Text!));

        if (Count("minLength") is { } shortest)
            _keywords.Add(new LengthKeyword("minLength", shortest, isMinimum: true));
        if (Count("maxLength") is { } longest)
            _keywords.Add(new LengthKeyword("maxLength", longest, isMinimum: false));
        if (Find("pattern") is { Kind: ConfigurationNodeKind.String } pattern && PatternOf(pattern.Text!, pattern, "pattern") is { } compiled)
            _keywords.Add(new PatternKeyword(compiled));

        ReadCount("minItems", isMinimum: true, ofItems: true);
        ReadCount("maxItems", isMinimum: false, ofItems: true);
        ReadCount("minProperties", isMinimum: true, ofItems: false);
        ReadCount("maxProperties", isMinimum: false, ofItems: false);
        if (IsTrue("uniqueItems"))
            _keywords.Add(new UniqueItemsKeyword());
        if (Find("required") is { Items.Count: > 0 } required)
            _keywords.Add(new RequiredKeyword(TextsOf(required), schema.KnownNames));
        if (!IsDraft7 && Find("dependentRequired") is { } dependent)
            AddDependentRequired("dependentRequired", dependent.Members);
    }

    private void ReadApplicators()
    {
        ReadProperties();
        if (Find("propertyNames") is { } names)
            _keywords.Add(new PropertyNamesKeyword(Get(names)));
        ReadItems();
        ReadContains();
        if (IsDraft7)
            ReadDependencies();
        else if (Find("dependentSchemas") is { } dependent)
            AddDependentSchemas(dependent.Members);

        if (SchemasOf("allOf") is { } all)
            _keywords.Add(new AllOfKeyword(all));
        if (SchemasOf("anyOf") is { } any)
            _keywords.Add(new AlternativesKeyword(any, exactlyOne: false));
        if (SchemasOf("oneOf") is { } one)
            _keywords.Add(new AlternativesKeyword(one, exactlyOne: true));
        if (Find("not") is { } not)
            _keywords.Add(new NotKeyword(Get(not)));
        if (Find("if") is { } condition)
            _keywords.Add(new ConditionalKeyword(Get(condition), Optional("then"), Optional("else")));
    }

    private void ReadProperties()
    {
        var properties = new Dictionary<string, SchemaNode>(StringComparer.Ordinal);
        foreach (ConfigurationMember member in Find("properties")?.Members ?? [])
            properties.TryAdd(member.Name, Get(member.Value));
        var patterns = new List<KeyValuePair<SchemaPattern, SchemaNode>>();
        foreach (ConfigurationMember member in Find("patternProperties")?.Members ?? [])
        {
            if (PatternOf(member.Name, member.Value, "patternProperties", member) is { } pattern)
                patterns.Add(new(pattern, Get(member.Value)));
        }

        SchemaNode? additional = Optional("additionalProperties");
        if (properties.Count > 0 || patterns.Count > 0 || additional is not null)
            _keywords.Add(new PropertiesKeyword(properties, patterns, additional));
    }

    private void ReadItems()
    {
        ConfigurationNode? items = Find("items");
        SchemaNode[] first = SchemasOf(IsDraft7 ? "items" : "prefixItems") ?? [];
        SchemaNode? rest = items is null || items.Kind == ConfigurationNodeKind.Array ? null : Get(items);
        string restName = "items";
        if (IsDraft7 && items is { Kind: ConfigurationNodeKind.Array })
        {
            restName = "additionalItems";
            rest = Optional(restName);
        }

        if (first.Length > 0 || rest is not null)
            _keywords.Add(new ItemsKeyword(first, rest, restName));
    }

    private void ReadContains()
    {
        if (Find("contains") is not { } contains)
            return;
        bool counts = !IsDraft7 && _dialect.Has(SchemaVocabularies.Validation);
        long minimum = counts ? Count("minContains") ?? 1 : 1;
        long maximum = counts ? Count("maxContains") ?? long.MaxValue : long.MaxValue;
        _keywords.Add(new ContainsKeyword(Get(contains), minimum, maximum, marks: !IsDraft7));
    }

    private void ReadDependencies()
    {
        IReadOnlyList<ConfigurationMember> dependencies = Find("dependencies")?.Members ?? [];
        AddDependentRequired("dependencies", dependencies.Where(member => member.Value.Kind == ConfigurationNodeKind.Array));
        AddDependentSchemas(dependencies.Where(member => member.Value.Kind != ConfigurationNodeKind.Array));
    }

    private void AddDependentRequired(string keyword, IEnumerable<ConfigurationMember> members)
    {
        KeyValuePair<string, string[]>[] dependencies = [.. members.Select(member => KeyValuePair.Create(member.Name, TextsOf(member.Value)))];
        if (dependencies.Length > 0)
            _keywords.Add(new DependentRequiredKeyword(keyword, dependencies, schema.KnownNames));
    }

    private void AddDependentSchemas(IEnumerable<ConfigurationMember> members)
    {
        KeyValuePair<string, SchemaNode>[] dependencies = [.. members.Select(member => KeyValuePair.Create(member.Name, Get(member.Value)))];
        if (dependencies.Length > 0)
            _keywords.Add(new DependentSchemasKeyword(dependencies));
    }

    private bool ReadReference(string keyword)
    {
        if (SchemaIndex.Text(_source, keyword) is not { } reference)
            return false;
        if (compiler.Resolve(reference, keyword, schema, out _) is { } target)
            _keywords.Add(new RefKeyword(target));
        return true;
    }

    private void ReadDynamicReference()
    {
        if (SchemaIndex.Text(_source, "$dynamicRef") is not { } reference)
            return;
        if (compiler.Resolve(reference, "$dynamicRef", schema, out string? anchor) is { } target)
            _keywords.Add(anchor is null ? new RefKeyword(target) : new DynamicRefKeyword(schema, anchor, target));
    }

    private bool ReadUnevaluated()
    {
        int before = _keywords.Count;
        if (Optional("unevaluatedItems") is { } items)
            _keywords.Add(new UnevaluatedItemsKeyword(items));
        if (Optional("unevaluatedProperties") is { } properties)
            _keywords.Add(new UnevaluatedPropertiesKeyword(schema, properties));
        return _keywords.Count > before;
    }

    private void ReadFormat()
    {
        if (SchemaIndex.Text(_source, "format") is not { } format)
            return;
        _hides |= string.Equals(format.Text, SchemaFormat.Password, StringComparison.Ordinal);
        if (SchemaFormat.Find(format.Text!) is { } known)
            _keywords.Add(new FormatKeyword(known, _dialect.Has(SchemaVocabularies.FormatAssertion)));
    }

    private void ReadBound(string name, bool isMinimum, bool isExclusive)
    {
        if (Find(name) is { Kind: ConfigurationNodeKind.Number } value && ExactNumber.TryParse(value.Text!, out ExactNumber bound))
            _keywords.Add(new NumberBoundKeyword(name, bound, value.Text!, isMinimum, isExclusive));
    }

    private void ReadCount(string name, bool isMinimum, bool ofItems)
    {
        if (Count(name) is { } limit)
            _keywords.Add(new CountKeyword(name, limit, isMinimum, ofItems));
    }

    // No text or array is longer than the largest count, so that a larger limit is the same limit.
    private long? Count(string name) => Find(name) is { Kind: ConfigurationNodeKind.Number } value
        ? ExactNumber.TryParse(value.Text!, out ExactNumber number) ? number.ToInt64() ?? long.MaxValue : null
        : null;

    private SchemaPattern? PatternOf(string text, ConfigurationNode place, string keyword, ConfigurationMember? member = null)
    {
        try
        {
            return new SchemaPattern(text);
        }
        catch (ArgumentException error)
        {
            compiler.Report(
                member?.NameOrigin ?? place.Origin, keyword, $"the pattern /{SchemaWords.Shorten(text)}/ can't be used: {SchemaPattern.FaultOf(error)}");
            return null;
        }
    }

    private static SchemaTypes TypesOf(ConfigurationNode node)
    {
        IEnumerable<ConfigurationNode> names = node.Kind == ConfigurationNodeKind.Array ? node.Items : [node];
        return names.Aggregate(SchemaTypes.None, (types, name) => types | name.Text switch
        {
            "null" => SchemaTypes.Null,
            "boolean" => SchemaTypes.Boolean,
            "integer" => SchemaTypes.Integer,
            "number" => SchemaTypes.Number,
            "string" => SchemaTypes.String,
            "array" => SchemaTypes.Array,
            "object" => SchemaTypes.Object,
            _ => SchemaTypes.None,
        });
    }

    private static string[] TextsOf(ConfigurationNode array) => [.. array.Items.Select(item => item.Text).OfType<string>()];

    private SchemaNode[]? SchemasOf(string name) =>
        Find(name) is { Kind: ConfigurationNodeKind.Array, Items.Count: > 0 } array ? [.. array.Items.Select(Get)] : null;

    private SchemaNode? Optional(string name) => Find(name) is { } node ? Get(node) : null;

    private bool IsTrue(string name) =>
        Find(name) is { Kind: ConfigurationNodeKind.Boolean } value && string.Equals(value.Text, "true", StringComparison.Ordinal);

    private ConfigurationNode? Find(string name) => SchemaMember.Find(_source, name);

    private SchemaNode Get(ConfigurationNode node) => compiler.Get(node, schema);
}
