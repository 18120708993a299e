using System.Collections.Frozen;

namespace Platform.Domain.Personalization;

/// <summary>
/// Words that say nothing of what a text is about, by primary language; short ones, under three letters, are no words anyway.
/// </summary>
public static class StopWords
{
    private static readonly Dictionary<string, FrozenSet<string>> Lists = new(StringComparer.OrdinalIgnoreCase)
    {
        ["en"] = Set("""
            about above after again against all also although always among and another any are around because been before being below between both but came can cannot come could did does doing
            done down during each either else even ever every few for from further get gets give given had has have having her here hers herself him himself his how however into its itself just
            know least less let like made make makes many may maybe might more most much must myself neither never nor not now off often once one only onto other others ought our ours ourselves
            out over own per put rather said same say says see seem shall she should since some still such take than that the their theirs them themselves then there therefore these they this
            those though through thus together too toward towards two under until upon use used using very via want was way well were what whatever when where whether which while who whom whose
            why will with within without would yet you your yours yourself
            """),
        ["de"] = Set("""
            aber alle allem allen aller als also andere anderen auch auf aus bei beim bin bis bist bereits das dass dein deine dem den denn der des dessen die dies diese diesem diesen dieser
            dieses doch dort durch ein eine einem einen einer eines erst etwas euch euer für gegen gewesen habe haben hat hatte hatten hier hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer
            immer ist jede jedem jeden jeder jedes jetzt kann kein keine keinen können mehr mein meine mit muss müssen nach nicht nichts noch nun nur ob oder ohne schon sehr sein seine seinem
            seinen seiner seit sich sie sind sollte soll über und uns unser unsere unter viel vom von vor war waren warum was weil welche wenn wer werden wie wieder will wir wird wo wurde wurden
            zum zur zwischen
            """),
        ["fr"] = Set("""
            afin ainsi alors après assez aucun aussi autre autres aux avant avec avoir car ceci cela celle celles celui ces cet cette ceux chaque chez comme comment dans depuis des donc dont elle
            elles encore entre est été être eux fait fois ici ils jamais les leur leurs lui mais même mes moi moins mon nos notre nous par parce pas peu peut plus pour pourquoi quand que quel
            quelle qui quoi sans ses seulement ses soi son sont sous sur tous tout toute toutes très trop une vers voici vos votre vous
            """),
        ["es"] = Set("""
            además ahora algo algunos ante antes aquel aquí así aunque bajo bien cada como con contra cual cuando del desde donde dos durante ella ellas ellos entre era eran ese eso esta está
            están estas este esto estos fue fueron había hasta hay las les los más menos mientras muy nada nos nosotros otra otras otro otros para pero poco por porque pues que quien sea según
            ser sido siempre sin sobre son sus también tan tanto tiene tienen toda todas todo todos una unas uno unos usted ustedes
            """),
    };

    /// <param name="language">Such as en or de-AT; of one without a list nothing is left out.</param>
    public static FrozenSet<string> Of(string language) => Lists.GetValueOrDefault(language.Split('-', '_')[0], FrozenSet<string>.Empty);

    private static FrozenSet<string> Set(string words) =>
        words.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToFrozenSet(StringComparer.Ordinal);
}
