"""Which ports belong to what: administration, databases, protocols without encryption, others that are often attacked."""

from typing import Final

from scanner.model.security_group import named_ports

ADMINISTRATION: Final = (
    *named_ports("SSH", 22),
    *named_ports("RDP", 3389),
    *named_ports("RDP", 3389, protocol="udp"),
    *named_ports("WinRM", (5985, 5986)),
    *named_ports("VNC", (5900, 5903)),
)

DATABASES: Final = (
    *named_ports("MySQL", 3306),
    *named_ports("PostgreSQL", 5432),
    *named_ports("SQL Server", (1433, 1434)),
    *named_ports("Oracle", 1521, (2483, 2484)),
    *named_ports("MongoDB", (27017, 27019)),
    *named_ports("Redis", 6379),
    *named_ports("Memcached", 11211),
    *named_ports("Memcached", 11211, protocol="udp"),
    *named_ports("Cassandra", 7000, 7001, 7199, 9042, 9160),
    *named_ports("Elasticsearch", 9200, 9300),
    *named_ports("Kibana", 5601),
    *named_ports("Kafka", (9092, 9094)),
    *named_ports("Redshift", 5439),
)

CLEARTEXT: Final = (
    *named_ports("FTP", (20, 21)),
    *named_ports("Telnet", 23),
    *named_ports("SMB", 445),
    *named_ports("NetBIOS", 139),
    *named_ports("NetBIOS", (137, 138), protocol="udp"),
    *named_ports("TFTP", 69, protocol="udp"),
    *named_ports("POP3", 110),
    *named_ports("IMAP", 143),
    *named_ports("SNMP", (161, 162), protocol="udp"),
    *named_ports("rlogin", (512, 514)),
)

RISKY: Final = (
    *named_ports("SMTP", 25),
    *named_ports("RPC", 135),
    *named_ports("development server", 3000, 5000),
    *named_ports("mSQL", 4333),
    *named_ports("fcp-addr-srvr1", 5500),
    *named_ports("proxy", 8080),
    *named_ports("legacy HTTP", 8088),
    *named_ports("alternative HTTP", 8888),
)
"""Those of Security Hub's control EC2.19 that no rule on administration, databases or cleartext protocols tells of."""
