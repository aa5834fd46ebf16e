using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Varai.Configuration;
using Varai.Data;
using Varai.DependencyInjection;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Rollouts;
using Varai.Monitoring;
using Varai.Monitoring.Delivery;
using Varai.Monitoring.Notifications;
using Varai.Promotion;
using Varai.Secrets;
using Varai.Secrets.LocalStore;
using Varai.State;
using Varai.Tests.Monitoring.Channels;
using Varai.Tests.Monitoring.Notifications;
using Varai.Tests.TestResources;

namespace Varai.Tests.Hosting;

/// <summary>Whatever code can set, the section <c>Varai</c> can set, and the other way round; a new property is covered by
/// being there.</summary>
public sealed class OptionBindingTests
{
    private static readonly Dictionary<Type, string> Sections = new()
    {
        [typeof(VaraiOptions)] = VaraiOptions.SectionName,
        [typeof(EnvironmentConfigurationOptions)] = EnvironmentConfigurationOptions.SectionName,
        [typeof(SecretOptions)] = SecretOptions.SectionName,
        [typeof(SecretResilienceOptions)] = $"{SecretOptions.SectionName}:{nameof(SecretOptions.Resilience)}",
        [typeof(LocalSecretStoreOptions)] = $"{SecretOptions.SectionName}:{nameof(SecretOptions.LocalStore)}",
        [typeof(StateOptions)] = StateOptions.SectionName,
        [typeof(FeatureFlagOptions)] = FeatureFlagOptions.SectionName,
        [typeof(RolloutOptions)] = RolloutOptions.SectionName,
        [typeof(PromotionOptions)] = PromotionOptions.SectionName,
        [typeof(MonitoringOptions)] = MonitoringOptions.SectionName,
        [typeof(AlertRulesOptions)] = AlertRulesOptions.SectionName,
        [typeof(ErrorTrackingOptions)] = ErrorTrackingOptions.SectionName,
        [typeof(AlertDeliveryOptions)] = AlertDeliveryOptions.SectionName,
        [typeof(AlertNotificationOptions)] = AlertNotificationOptions.SectionName,
        [typeof(DataMigrationOptions)] = DataMigrationOptions.SectionName,
        [typeof(DataFilesOptions)] = $"{DataFilesOptions.SectionName}:files",
        [typeof(DataSqliteOptions)] = $"{DataSqliteOptions.SectionName}:database",
    };

    // Several keys make one entry: SecretRoutingTests, PromotionOptionsTests, DataRegistrationTests and NotificationRegistrationTests bind these.
    private static readonly string[] Elsewhere =
    [
        nameof(SecretOptions.Routes), nameof(SecretOptions.ProviderResilience), nameof(PromotionOptions.Stages),
        nameof(DataFilesOptions.Directories), nameof(DataSqliteOptions.Files),
        nameof(AlertNotificationOptions.Route), nameof(AlertNotificationOptions.Receivers), nameof(AlertNotificationOptions.InhibitRules),
        nameof(AlertNotificationOptions.TimeIntervals), nameof(AlertNotificationOptions.EscalationPolicies), nameof(AlertNotificationOptions.Watchdog),
    ];

    public static TheoryData<string, string> Properties
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (Type type in Sections.Keys)
            {
                foreach (PropertyInfo property in type.GetProperties().Where(p => !Sections.ContainsKey(p.PropertyType) && !Elsewhere.Contains(p.Name)))
                    data.Add(type.Name, property.Name);
            }

            return data;
        }
    }

    [Fact]
    public void Sections_HaveEveryOptionsClassThatWeShip() => Assert.Equal(
        typeof(VaraiOptions).Assembly.GetExportedTypes().Where(t => t.Name.EndsWith("Options", StringComparison.Ordinal)).OrderBy(t => t.Name, StringComparer.Ordinal),
        Sections.Keys.Concat(ChannelOptionBindingTests.Kinds).OrderBy(t => t.Name, StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Properties))]
    public async Task Section_EachProperty_IsBound(string options, string property)
    {
        (Type type, PropertyInfo info) = Find(options, property);
        (string suffix, string text, object expected) = Other(info, Activator.CreateInstance(type)!);
        await using VaraiHost host = new VaraiHost().Set(($"{Sections[type]}:{property}{suffix}", text));
        Directory.CreateDirectory(host.Folder.File("other")); // a folder that somebody names has to exist
        host.Builder.AddVarai().AddFlagRollouts().AddPromotion().AddMonitoring().AddErrorTracking().AddAlertRules().AddAlertDelivery().AddAlertNotifications().AddDataFiles("files").AddSqliteDatabase("database");
        host.Builder.Services.AddSingleton<INotificationOutbox>(new RecordingOutbox("hook"));

        Assert.Equal(expected, Comparable(info.GetValue(Read(host, type))));
    }

    [Theory]
    [MemberData(nameof(Properties))]
    public async Task Code_EachProperty_GoesBeforeTheSection(string options, string property)
    {
        (Type type, PropertyInfo info) = Find(options, property);
        object defaults = Activator.CreateInstance(type)!;
        (string suffix, string text, object expected) = Other(info, defaults);
        string inSection = info.PropertyType == typeof(string) ? "insection" : Text(info.GetValue(defaults));
        await using VaraiHost host = new VaraiHost();
        Directory.CreateDirectory(host.Folder.File("other"));
        if (suffix.Length == 0 && inSection.Length > 0)
            host.Set(($"{Sections[type]}:{property}", inSection));

        void Configure(object target)
        {
            if (info.GetValue(target) is IDictionary<string, string> map)
                map[suffix[1..]] = text;
            else if (info.GetValue(target) is IList<string> list)
                list.Add(text);
            else
                info.SetValue(target, expected);
        }

        VaraiBuilder varai = host.Builder.AddVarai(o => Apply(type, Configure, typeof(VaraiOptions), o, typeof(EnvironmentConfigurationOptions), o.Configuration));
        varai.ConfigureSecrets(o => Apply(
            type, Configure, typeof(SecretOptions), o, typeof(SecretResilienceOptions), o.Resilience, typeof(LocalSecretStoreOptions), o.LocalStore));
        varai.ConfigureState(o => Apply(type, Configure, typeof(StateOptions), o));
        varai.ConfigureFeatureFlags(o => Apply(type, Configure, typeof(FeatureFlagOptions), o));
        varai.AddFlagRollouts(o => Apply(type, Configure, typeof(RolloutOptions), o));
        varai.AddPromotion(o => Apply(type, Configure, typeof(PromotionOptions), o));
        varai.AddMonitoring(o => Apply(type, Configure, typeof(MonitoringOptions), o));
        varai.AddAlertRules(o => Apply(type, Configure, typeof(AlertRulesOptions), o));
        varai.AddErrorTracking(o => Apply(type, Configure, typeof(ErrorTrackingOptions), o));
        varai.AddAlertDelivery(o => Apply(type, Configure, typeof(AlertDeliveryOptions), o));
        host.Builder.Services.AddSingleton<INotificationOutbox>(new RecordingOutbox("hook"));
        varai.AddAlertNotifications(o => Apply(type, Configure, typeof(AlertNotificationOptions), o));
        varai.AddDataMigration(o => Apply(type, Configure, typeof(DataMigrationOptions), o));
        varai.AddDataFiles("files", o => Apply(type, Configure, typeof(DataFilesOptions), o));
        varai.AddSqliteDatabase("database", o => Apply(type, Configure, typeof(DataSqliteOptions), o));

        Assert.Equal(expected, Comparable(info.GetValue(Read(host, type))));
    }

    [Fact]
    public void Page_TheTableOfOptions_HasEveryKeyWithItsDefault()
    {
        string[] rows = File.ReadAllLines(Repository.Path("docs", "configuration.md"));
        var defaults = new EnvironmentConfigurationOptions();
        foreach (PropertyInfo property in typeof(EnvironmentConfigurationOptions).GetProperties())
        {
            string row = Assert.Single(rows, r => r.StartsWith($"| `{EnvironmentConfigurationOptions.SectionName}:{property.Name}` |", StringComparison.Ordinal));
            string expected = property.GetValue(defaults) switch
            {
                TimeSpan time => time.ToString(@"hh\:mm\:ss\.FFF", CultureInfo.InvariantCulture).TrimEnd('.'),
                bool flag => flag ? "true" : "false",
                IDictionary<string, string> => "none",
                { } value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
                null => "none",
            };
            string shown = row.Split('|')[2].Trim().Trim('`');
            Assert.Equal(expected, property.PropertyType == typeof(TimeSpan) ? shown.TrimEnd('0').PadRight(expected.Length, '0') : shown);
        }
    }

    private static void Apply(Type wanted, Action<object> configure, params object[] pairs)
    {
        for (int i = 0; i < pairs.Length; i += 2)
        {
            if (ReferenceEquals(pairs[i], wanted))
                configure(pairs[i + 1]);
        }
    }

    private static (Type Type, PropertyInfo Info) Find(string options, string property)
    {
        Type type = Sections.Keys.Single(t => t.Name == options);
        return (type, type.GetProperty(property)!);
    }

    private static object Read(VaraiHost host, Type type)
    {
        if (Sections[type].StartsWith(SecretOptions.SectionName, StringComparison.Ordinal))
        {
            SecretOptions secrets = host.App.Services.GetRequiredService<IOptions<SecretOptions>>().Value;
            return type == typeof(SecretResilienceOptions) ? secrets.Resilience : type == typeof(LocalSecretStoreOptions) ? secrets.LocalStore : secrets;
        }

        if (type == typeof(StateOptions))
            return host.App.Services.GetRequiredService<IOptions<StateOptions>>().Value;
        if (type == typeof(FeatureFlagOptions))
            return host.App.Services.GetRequiredService<IOptions<FeatureFlagOptions>>().Value;
        if (type == typeof(RolloutOptions))
            return host.App.Services.GetRequiredService<IOptions<RolloutOptions>>().Value;
        if (type == typeof(PromotionOptions))
            return host.App.Services.GetRequiredService<IOptions<PromotionOptions>>().Value;
        if (type == typeof(MonitoringOptions))
            return host.App.Services.GetRequiredService<IOptions<MonitoringOptions>>().Value;
        if (type == typeof(AlertRulesOptions))
            return host.App.Services.GetRequiredService<IOptions<AlertRulesOptions>>().Value;
        if (type == typeof(ErrorTrackingOptions))
            return host.App.Services.GetRequiredService<IOptions<ErrorTrackingOptions>>().Value;
        if (type == typeof(AlertDeliveryOptions))
            return host.App.Services.GetRequiredService<IOptions<AlertDeliveryOptions>>().Value;
        if (type == typeof(AlertNotificationOptions))
            return host.App.Services.GetRequiredService<IOptions<AlertNotificationOptions>>().Value;
        if (type == typeof(DataMigrationOptions))
            return host.App.Services.GetRequiredService<IOptions<DataMigrationOptions>>().Value;
        if (type == typeof(DataFilesOptions))
            return host.App.Services.GetRequiredService<IOptionsMonitor<DataFilesOptions>>().Get("files");
        if (type == typeof(DataSqliteOptions))
            return host.App.Services.GetRequiredService<IOptionsMonitor<DataSqliteOptions>>().Get("database");
        VaraiOptions options = host.App.Services.GetRequiredService<VaraiSetup>().Options;
        return type == typeof(VaraiOptions) ? options : options.Configuration;
    }

    /// <summary>A valid value that is not the default, as a key below the property, as text and as the property holds it.</summary>
    private static (string Suffix, string Text, object Expected) Other(PropertyInfo property, object defaults)
    {
        object? value = property.GetValue(defaults);
        if (value is IDictionary<string, string>)
            return (":orders:zones", "name", new[] { "orders:zones=name" });
        if (property.PropertyType == typeof(IList<string>))
            return (":0", "environment", new[] { "environment" });
        object other = value switch
        {
            bool flag => !flag,
            int number => number - 1,
            double share => share / 2,
            UndefinedFlagAction => UndefinedFlagAction.Fail,
            DataFilesReplacement => DataFilesReplacement.PerFile,
            TimeSpan time => time * 2,
            null when property.PropertyType == typeof(bool?) => true,
            null when property.PropertyType == typeof(int?) => 2,
            null when property.PropertyType == typeof(double?) => 0.25,
            null when property.PropertyType == typeof(TimeSpan?) => TimeSpan.FromSeconds(3),
            null when property.PropertyType == typeof(Uri) => new Uri("https://other/"),
            string or null => "other",
            _ => throw new NotSupportedException($"{property.DeclaringType}.{property.Name} has the new type {property.PropertyType}: say here how it is written."),
        };
        return ("", Text(other), other);
    }

    private static string Text(object? value) => value is TimeSpan time
        ? time.ToString("c", CultureInfo.InvariantCulture)
        : Convert.ToString(value, CultureInfo.InvariantCulture)!;

    private static object? Comparable(object? value) => value switch
    {
        IDictionary<string, string> map => map.Select(p => $"{p.Key}={p.Value}").ToArray(),
        IList<string> list => list.ToArray(),
        _ => value,
    };
}
