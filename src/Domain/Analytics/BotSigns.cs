using System.Text.RegularExpressions;

namespace Platform.Domain.Analytics;

/// <summary>By what a program shows that nobody sits before it, though no list has its name.</summary>
internal static partial class BotSigns
{
    public static bool In(string agent) => Word().IsMatch(agent) || Form(agent);

    /// <summary>An app of a telephone or a desktop, which shows pages within itself: not what a list of crawlers means, whatever name it has.</summary>
    public static bool IsApp(string agent) =>
        WebView().IsMatch(agent) || (!agent.StartsWith("Mozilla", StringComparison.OrdinalIgnoreCase) && Telephone().IsMatch(agent));

    /// <summary>The text without names of devices' builds, which are anything.</summary>
    public static string WithoutBuild(string agent) => agent.Contains("Build/", StringComparison.Ordinal) ? Build().Replace(agent, "") : agent;

    private static bool Form(string agent)
    {
        if (Name().IsMatch(agent) || agent.Contains('|', StringComparison.Ordinal) || agent[0] == '<' || Quoted().IsMatch(agent))
            return true;
        if (SystemName().IsMatch(agent))
            return false;
        // Browsers name the system; of those that don't, some name what they are made of.
        return Mozilla().IsMatch(agent)
            ? !Compatible().IsMatch(agent) && (agent.Contains("compatible;", StringComparison.OrdinalIgnoreCase) || Bare().IsMatch(agent))
            : !Browser().IsMatch(agent) && agent.AsSpan().IndexOfAny("'\"<>") < 0;
    }

    // Addresses of those who run it; what it does; the library or tool that it is.
    [GeneratedRegex("""
        (?<!ok)http | www\. | @[a-z0-9-]+\.[a-z]{2} | \w\.(?:com|org|io|net)\b
        | (?<!cu)bot(?:s?\b|s?[^a-z]) | crawl | spider | slurp | scrap(?:e|ing|y\b) | (?<!mozac)fetch | harvest | extract | exract | grabber | leech | indexer | archiv
        | preview | snippet | thumbnail | screenshot | renderer | transcod | weblight | \bproxy | proxy\b | catalog
        | monitor | uptime | synthetic | \bping | probe | observatory | benchmark | \bptst\b | dejaclick | collectd\b
        | validat | analy[sz]er | checker | checklink | link\ ?check | \bcheck_ | inspect | optimi[sz]er | audit | \bseo | classifier | \bsurvey\b | resolver | tester\b | testing\b
        | (?<!cam)scanner | \bscan\b | sniffer | \bnmap | masscan | zgrab | nikto | sqlmap | exploit | pentest | medusa | clamav | load_file | collaborator
        | \bfeed | feed(?:\b|er|ly|burner) | \brss | rss\b | subscribers | newswire | newsblur | reeder | downcast
        | headless | phantomjs | lighthouse | cypress | playwright | puppeteer | selenium | webdriver | automat | webhook | scheduler | downloader | watcher | external
        | agent[/\ ]\d | \bcurl | \bwget | libwww-perl | \blwp\b | python | \bperl\b | \bruby\b | \bphp/ | \bjava/\d | go-client | grpc | urllib | urlgrabber | axios | guzzle
        | ^okhttp | rest-?client | restsharp | postman | insomnia | \bsdk- | aws-sdk | aria2 | cryptoapi | \bswcd\b | hwcdn | -snapshot\b
        | ^whatsapp | ^facebook | ^ddg_ | ^duckduckgo | \bgoogle[-_] | [-_]google\b | googlemessages
        | gecko;\ compatible | chrome/[\d.]+[a-z]
        """, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture, UserAgents.MatchMilliseconds)]
    private static partial Regex Word();

    [GeneratedRegex("""
        windows | \bwin\d | macintosh | mac\ ?os | mac_power | os=mac | darwin | cfnetwork | linux | x11 | \bcros\b | bsd | sunos | solaris | arm64 | aarch64
        | andr[o0]id | \badr\b | iphone | ipad | ipod | \bios | iuc\( | watchos | tvos | symb | series\ ?\d0 | s60 | s40 | nokia | blackberry | \bbb10 | playbook | bada | meego | maemo
        | tizen | kaios | sailfish | web[o0]s | palm | midp | j2me | \bwap | brew | playstation | \bpsp\b | nintendo | xbox | dreamcast | smart-?tv | roku | upnp
        | amiga | morphos | os/2 | serenity | haiku | beos | syllable
        """, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace, UserAgents.MatchMilliseconds)]
    private static partial Regex SystemName();

    [GeneratedRegex("mozac|webkit|gecko|browser|netfront|obigo|openwave|up\\.link|lynx|links|safari|msie|trident|hbbtv|fban|office|opera|konqueror|player|netscape", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, UserAgents.MatchMilliseconds)]
    private static partial Regex Browser();

    [GeneratedRegex("msie|konqueror|office|compatible; [^)]*gecko", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, UserAgents.MatchMilliseconds)]
    private static partial Regex Compatible();

    [GeneratedRegex(@"^mozilla/\d\.\d+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, UserAgents.MatchMilliseconds)]
    private static partial Regex Mozilla();

    // Mozilla/5.0 with a word, in brackets or not, and no more about itself.
    [GeneratedRegex(@"^mozilla/\d\.\d+\s*(?:\([\w/.-]+\)|[,;]?[^(]*$)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, UserAgents.MatchMilliseconds)]
    private static partial Regex Bare();

    [GeneratedRegex(@"^[^/\s(;]+$", RegexOptions.CultureInvariant, UserAgents.MatchMilliseconds)]
    private static partial Regex Name();

    [GeneratedRegex(@"^[^/(]*[,|] ?mozilla/", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, UserAgents.MatchMilliseconds)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"; wv\)|\bFBAN/|Electron/", RegexOptions.CultureInvariant, UserAgents.MatchMilliseconds)]
    private static partial Regex WebView();

    [GeneratedRegex("cfnetwork|android|iphone|ipad", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, UserAgents.MatchMilliseconds)]
    private static partial Regex Telephone();

    [GeneratedRegex(@"Build/[^ ;)]+", RegexOptions.CultureInvariant, UserAgents.MatchMilliseconds)]
    private static partial Regex Build();
}
